import * as fc from "fast-check";
import { patternsFor } from "../../../../provider/guest/paths/pattern";

const name = fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 20 });

test("patterns match the names they were made of and no other", () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 30 }), name, (names, other) => {
      const batches = patternsFor(names, "posix");
      const matches = (text: string) => batches.filter(({ pattern }) => new RegExp(pattern).test(text)).length;
      for (const each of names) expect(matches(each)).toBe(1);
      if (!names.includes(other)) expect(matches(other)).toBe(0);
    }),
  );
});

test("names of a Windows guest match in either case", () => {
  const [batch] = patternsFor(["Boot.ini", "ÄRGER(1).txt"], "windows");
  const pattern = new RegExp(batch?.pattern ?? "");
  for (const each of ["boot.INI", "BOOT.ini", "ärger(1).TXT"]) expect(pattern.test(each)).toBe(true);
  expect(pattern.test("boot_ini")).toBe(false);
});

test("many names make several patterns, each far below what a request can carry", () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `file-${index}.conf`);
  const batches = patternsFor(names, "posix");
  expect(batches.flatMap((batch) => batch.names)).toEqual(names);
  for (const { pattern } of batches) expect(Buffer.byteLength(pattern)).toBeLessThan(13_000);
});
