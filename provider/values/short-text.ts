const usualCharacters = 60;

/** A value for people, as JSON, cut where it is long. */
export function shortText(value: unknown, characters = usualCharacters): string {
  const text = JSON.stringify(value);
  return text.length <= characters ? text : `${text.slice(0, characters)}… (${text.length} characters)`;
}
