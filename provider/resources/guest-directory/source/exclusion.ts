import { GuestError } from "../../../errors/guest-error";
import { linearGlob, type LinearPattern } from "../../../values/linear-pattern";

/** Says whether a relative path is left out of everything: not written, not compared, not purged. */
export type IsExcluded = (path: string) => boolean;

/**
 * Glob patterns as in .gitignore's simple forms: a pattern without `/` matches a name at any depth, any other is about paths from
 * the top. INVALID_INPUT for one that is none (isGlob).
 */
export function exclusion(patterns: readonly string[] | undefined): IsExcluded {
  const globs = (patterns ?? []).flatMap(globsOf).map(compiled);
  return (path) => globs.some((glob) => glob.isFoundIn(path));
}

/** False for what can't be matched in linear time: negated parts. */
export function isGlob(pattern: string): boolean {
  return globsOf(pattern).every((glob) => linearGlob(glob) !== undefined);
}

/** The pattern of one path, whatever characters it holds, and of no other (a backslash stands for any character). */
export function onlyPath(path: string): string {
  return `/${path.replace(/[^\w/.\s\u0080-\uffff-]/g, (character) => (character === "\\" ? "?" : `\\${character}`))}`;
}

function globsOf(written: string): string[] {
  const pattern = written.replace(/^\/(?=.)/, "");
  return written.includes("/") ? [pattern, `${pattern}/**`] : [`**/${pattern}`, `**/${pattern}/**`];
}

function compiled(glob: string): LinearPattern {
  const pattern = linearGlob(glob);
  if (pattern !== undefined) return pattern;
  throw new GuestError("INVALID_INPUT", `exclude: ${JSON.stringify(glob)} is no pattern that can be matched`);
}
