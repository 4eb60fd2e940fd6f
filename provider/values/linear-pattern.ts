import picomatch from "picomatch";
import { RE2JS } from "re2js";

/**
 * Patterns of a user meet texts that others choose: names in a guest, values in it. They are matched by RE2's engine, whose time
 * grows with the text's length, whatever the two are (docs/decisions/patterns-in-linear-time.md).
 */
export interface LinearPattern {
  /** True where the pattern is found anywhere in the text. */
  isFoundIn(text: string): boolean;
}

/** A regular expression, undefined where it is none or needs what takes more than linear time: lookaround, backreferences. */
export function linearExpression(source: string): LinearPattern | undefined {
  try {
    const compiled = RE2JS.compile(source);
    return { isFoundIn: (text) => compiled.matcher(text).find() };
  } catch {
    return undefined;
  }
}

/**
 * A glob over a relative path with `/` between its parts, `undefined` where it is none or negates a part of itself
 * (`!x`, `!(a)`).
 */
export function linearGlob(glob: string): LinearPattern | undefined {
  const { source } = picomatch.makeRe(glob, { dot: true, fastpaths: false });
  return linearExpression(withoutLookaheads(source));
}

/** Those that picomatch puts in against names `.` and `..`, and against empty ones: paths in a tree have none. */
function withoutLookaheads(source: string): string {
  return (
    source
      .replaceAll("(?:(?!(?:^|\\/)\\.{1,2}(?:\\/|$)).)*?", ".*?")
      .replace(/\(\?!(?:\(\?:\^\|\\\/\))?\\\.(?:\{[01],[12]\}\(\?:\\\/\|\$\))?\)/g, "")
      // A part that is a star alone, as at the end of `*/**/*`, is a name all the same.
      .replace(/\(\?=\.\)\[\^\/\]\*\?(?=\\\/|\(\?:\\\/|\)|\||\$|$)/g, "[^/]+?")
      .replaceAll("(?=.)", "")
  );
}
