/** The properties of T, those that may be undefined optional instead. */
export type Given<T extends object> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/**
 * The same object without the properties that are undefined: an absent property and an undefined one are not the same to
 * types here (`exactOptionalPropertyTypes`), nor to JSON and to who lists names.
 */
export function given<T extends object>(properties: T): Given<T> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Given<T>;
}
