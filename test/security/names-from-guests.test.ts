import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LocalTree, pathsBelow } from "../lifecycle/guest-directory/local-tree";
import { inAttackedGuest } from "./attacked-guest";

/** `npm run test:long` raises it. */
const trees = Math.ceil(Number(process.env["FUZZ_RUNS"] ?? 2_500) / 100);

/** What a shell, a pattern, an option parser, a record or a log could take for more than a name. */
const nasty = fc.constantFrom(
  "-rf",
  "--",
  "*",
  "?",
  "[a-z]",
  "a b",
  " ",
  "'",
  '"',
  "`touch ..pwned`",
  "$(touch ..pwned)",
  "$HOME",
  ";rm -rf .",
  "\\",
  "a\\",
  "~",
  "#",
  "&",
  "|",
  "{path}",
  "%s",
  "ä",
  "\u202e",
  "😀",
  "constructor",
  "toString",
  ".pulumi",
  "x".repeat(200),
);
const printableName = fc.oneof(
  nasty,
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((name) => /^[^/\0]+$/.test(name)),
);
/** Any that a file system takes: also what no XML can carry, and line ends. */
const anyName = fc.oneof(
  printableName,
  fc.constantFrom("a\nb", "\n", "\u001b[31m", "\u0001", "::error::x", "a\rb", "\u0085", "\ufffe"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 6 }).filter((name) => /^[^/\0\ud800-\udfff]+$/u.test(name)),
);
const isName = (name: string) => ![".", "..", "__proto__"].includes(name) && Buffer.byteLength(name) <= 240;

inAttackedGuest((guest) => {
  let number = 0;

  test(`whatever files are called, here and there, no more is done than declared (${trees} trees)`, async () => {
    await guest.host.begin();
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyName.filter(isName), { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(anyName.filter(isName), { maxLength: 6 }),
        fc.boolean(),
        async (ours, theirs, purge) => {
          const root = `/srv/tree-${(number += 1)}`;
          const beside = guest.at(`/srv/beside-${number}`);
          mkdirSync(beside);
          writeFileSync(join(beside, "kept"), "kept");
          const source = new LocalTree(
            Object.fromEntries(
              ours.flatMap((name) => [
                [name, "ours"],
                [`sub/${name}`, "ours"],
              ]),
            ),
          );
          try {
            mkdirSync(guest.at(root));
            const foreign = theirs.filter((name) => !ours.includes(name) && name !== "sub");
            for (const [index, name] of foreign.entries()) {
              const path = `${guest.at(root)}/${name}`;
              if (index % 3 === 0) symlinkSync(`/srv/beside-${number}`, path);
              else if (index % 3 === 1) writeFileSync(path, "theirs");
              else {
                mkdirSync(path);
                writeFileSync(`${path}/in it`, "theirs");
              }
            }
            const before = pathsBelow(guest.at(root));
            const directory = guest.directory();
            const declared = { vm: guest.vm, path: root, source: source.path, purge };
            const error = await directory.upWithin(declared).then(
              () => undefined,
              (reason: Error) => reason,
            );
            const after = pathsBelow(guest.at(root));
            const wanted = pathsBelow(source.path);
            if (error !== undefined) {
              // What can't be named can't be brought or removed, and is told before anything is done.
              expect(error.message).toMatch(
                /can't remove .*Nothing was changed|VMware Tools can't tell of a name with/s,
              );
              expect(after).toEqual(before);
            } else {
              expect(after).toEqual(purge ? wanted : [...new Set([...before, ...wanted])].sort());
              await directory.destroyWithin().catch((reason: Error) => expect(reason.message).toMatch(/did not make/));
            }
            expect(readdirSync(beside)).toEqual(["kept"]);
            expect(readFileSync(join(beside, "kept"), "utf8")).toBe("kept");
            expect(pathsBelow(guest.at("/srv")).filter((path) => /(^|\/)\.{0,2}pwned$/.test(path))).toEqual([]);
          } finally {
            source.remove();
          }
        },
      ),
      { numRuns: trees },
    );
  }, 240_000);
});
