/**
 * What a record itself holds under a name that comes from outside. Indexing would also find what every object inherits:
 * `constructor`, `toString`.
 */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
