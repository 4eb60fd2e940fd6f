/** A doc comment that hovers show. */
export function comment(text: string | undefined, deprecation?: string): string {
  const lines = [text ?? "", ...(deprecation === undefined ? [] : [`@deprecated ${deprecation}`])].filter(Boolean);
  if (lines.length === 0) return "";
  const safe = lines.join("\n").replaceAll("*/", "*\\/").split("\n");
  return safe.length === 1 ? `/** ${safe[0]} */` : ["/**", ...safe.map((line) => ` * ${line}`), " */"].join("\n");
}
