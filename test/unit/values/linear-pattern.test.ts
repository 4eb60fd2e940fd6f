import fc from "fast-check";
import picomatch from "picomatch";
import { linearExpression, linearGlob } from "../../../provider/values/linear-pattern";

test("globs mean what they mean to picomatch, for paths whose parts are names", () => {
  const piece = fc.constantFrom(
    "*",
    "**",
    "?",
    "a",
    "b",
    ".",
    "-",
    "[ab]",
    "[!a]",
    "{a,b}",
    "{a,b.c}",
    "(",
    "+",
    "é",
    "\\*",
    "x.log",
  );
  const part = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(""));
  const glob = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  const name = fc
    .array(fc.constantFrom("a", "b", "c", ".", "-", "*", "é", "x.log", "("), { minLength: 1, maxLength: 5 })
    .map((letters) => letters.join(""))
    .filter((text) => text !== "." && text !== "..");
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
  fc.assert(
    fc.property(glob, path, (pattern, text) => {
      const linear = linearGlob(pattern);
      // Parts that are negated, or might be.
      fc.pre(!/[!(]/.test(pattern));
      expect(linear?.isFoundIn(text)).toBe(picomatch.makeRe(pattern, { dot: true }).test(text));
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 3_000) },
  );
});

test("a star alone is a name, not nothing", () => {
  for (const [glob, path, isMatch] of [
    ["*/**/*", "a", false],
    ["*/**/*", "a/b", true],
    ["a/**/*", "a", false],
    ["*.log", ".log", true],
  ] as const)
    expect([glob, path, linearGlob(glob)?.isFoundIn(path)]).toEqual([glob, path, isMatch]);
});

test("the usual globs can be matched, negated parts can't", () => {
  for (const glob of ["*.log", "cache/**", "**/node_modules/**", "*.{js,ts}", "[a-c]?", ".git", "a b", "+(a|b)"])
    expect([glob, linearGlob(glob) === undefined]).toEqual([glob, false]);
  for (const glob of ["!x", "!(a)*"]) expect([glob, linearGlob(glob)]).toEqual([glob, undefined]);
});

// Each of them took longer than anybody waits.
test("no pattern of a user takes for ever on a text of a guest", () => {
  expect(linearExpression("^(a+)+$")?.isFoundIn(`${"a".repeat(30_000)}!`)).toBe(false);
  expect(linearExpression("(x*)*y|(x|xx)+z$")?.isFoundIn("x".repeat(30_000))).toBe(false);
  expect(linearGlob("**/*-*-*-*-*-*-*.log")?.isFoundIn("-".repeat(250))).toBe(false);
  expect(linearGlob("**/**/**/**/x")?.isFoundIn("a/".repeat(1_000))).toBe(false);
});

test("lookaround and backreferences are no linear expressions", () => {
  for (const source of ["(?=a)b", "(?<!a)b", "(a)\\1", "("]) expect(linearExpression(source)).toBeUndefined();
  expect(linearExpression("^\\d+(?:\\.\\d+)*$")?.isFoundIn("12.2.0")).toBe(true);
});
