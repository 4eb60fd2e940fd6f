/** The directories of a tree that hold a path of it, innermost first: `a/b/c` -> `a/b`, `a`. */
export function* directoriesAbove(path: string): Generator<string> {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) yield path.slice(0, at);
}

/** True for a path below one of the others. */
export function isWithin(others: { has(path: string): boolean }, path: string): boolean {
  for (const above of directoriesAbove(path)) if (others.has(above)) return true;
  return false;
}
