import * as fc from "fast-check";
import { compileNameFilter } from "../../../simulator/guest/pattern/name-filter";
import { VixError } from "../../../simulator/guest";

const names = [
  ".",
  "..",
  "b.log",
  "x22",
  "A.TXT",
  "a.txt",
  "c.txt.bak",
  "ünï",
  "sp ace",
  "ab",
  "ab\n",
  "a\nb",
  "٥",
  "aa",
  "abb",
];

test.each([
  ["\\.txt$", ["a.txt"]],
  ["(?i)\\.TXT$", ["A.TXT", "a.txt"]],
  ["^.$", [".", "٥"]],
  ["^ab$", ["ab", "ab\n"]],
  ["^a.b$", ["abb"]],
  ["^(?s)a.b$", ["a\nb", "abb"]],
  ["^\\w+$", ["x22", "ünï", "ab", "ab\n", "٥", "aa", "abb"]],
  ["^\\d$", ["٥"]],
  ["(?<=a)b++$", ["ab", "ab\n", "abb"]],
  ["^(.)\\1$", ["..", "aa"]],
  ["^(?<x>a)(?P<y>b)$", ["ab", "ab\n"]],
  ["^(?P<x>a)(?P=x)$", ["aa"]],
  ["^[[:alpha:]]+$", ["ünï", "ab", "ab\n", "aa", "abb"]],
  ["^\\Qa.txt\\E$", ["a.txt"]],
  ["^(?>a|ab)b$", ["ab", "ab\n"]],
  ["^(a)(?:b*+)\\1?$", ["ab", "ab\n", "aa", "abb"]],
  ["(?x) ^ b \\. # only logs", ["b.log"]],
  ["x{2", []],
  ["", names],
])("%j finds %j", (pattern, found) => {
  expect(compileNameFilter(pattern)(names)).toEqual(found);
});

test.each(["(", "[", "\\", "+", "*", "a{2,1}", "\\u0061", ")", "(?<n>a)(?<n", "\\2(a)"])(
  "%j is no pattern: VIX 3",
  (pattern) => {
    expect(() => compileNameFilter(pattern)).toThrow(VixError);
  },
);

test("a pattern that runs away finds nothing and comes back", () => {
  expect(compileNameFilter("^(a+)+$")([`${"a".repeat(40)}b`])).toEqual([]);
});

test("an escaped and anchored name finds just that name", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => !/[\n/\0]/.test(text));
  fc.assert(
    fc.property(name, name, (wanted, other) => {
      const escaped = wanted.replace(/[.*+?^${}()|[\]\\#-]/g, "\\$&");
      expect(compileNameFilter(`^${escaped}$`)([wanted, other])).toEqual(other === wanted ? [wanted, other] : [wanted]);
    }),
  );
});

test("no text crashes it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab\\()[]{}?*+|^$.-:<>=!PxQE12 ,#\n") }), (pattern) => {
      try {
        compileNameFilter(pattern)(["aab", "b1"]);
      } catch (error) {
        expect(error).toBeInstanceOf(VixError);
      }
    }),
    { numRuns: 2000 },
  );
});
