// eslint-disable-next-line no-control-regex -- these are the characters to find
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** What bytes that are no text are shown as, on this machine and in a guest's listing. */
export const replacementCharacter = "\uFFFD";

/** The first character of a text that XML 1.0, and so the vSphere API, cannot carry, as `U+000E`. */
export function impossibleInXml(text: string): string | undefined {
  const codePoint = impossible.exec(text)?.[0].codePointAt(0);
  return codePoint === undefined ? undefined : `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
}
