import fc from "fast-check";
import { exclusion, isGlob, onlyPath } from "../../../provider/resources/guest-directory/source/exclusion";

const name = fc
  .oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[\\*?[\]{}()!+@|^$.a/-]+$/))
  .filter((text) => !/[/\n\r]/.test(text) && text !== "." && text !== "..");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));

test("a pattern made of a path leaves out that path, with what is below it, and no other", () => {
  fc.assert(
    fc.property(path, path, name, (one, other, below) => {
      const pattern = onlyPath(one);
      expect([pattern, isGlob(pattern)]).toEqual([pattern, true]);
      const isExcluded = exclusion([pattern]);
      expect([isExcluded(one), isExcluded(`${one}/${below}`)]).toEqual([true, true]);
      if (!one.includes("\\")) expect(isExcluded(other)).toBe(other === one || other.startsWith(`${one}/`));
    }),
    { numRuns: 500 },
  );
});

test("a slash alone is a pattern, of nothing", () => {
  expect([isGlob("/"), exclusion(["/"])("a")]).toEqual([true, false]);
});

test("a pattern that begins with a slash is about paths from the top, one without any about names at any depth", () => {
  expect(["a.conf", "sub/a.conf"].map(exclusion(["/a.conf"]))).toEqual([true, false]);
  expect(["a.conf", "sub/a.conf"].map(exclusion(["a.conf"]))).toEqual([true, true]);
});
