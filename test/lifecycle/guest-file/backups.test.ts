import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { inOneGuest, type OneGuest } from "../one-guest";
import { sourceDirectory } from "../one-record/source-directory";
import { ownDirectory } from "./own-directory";

/** Deploys files of one name from several directories, whose copies go to one, and takes them away: all come back. */
async function backUpNamesakes(guest: OneGuest, contents: readonly string[], pathOf: (relative: string) => string) {
  const { directory } = ownDirectory(guest);
  const inDirectory = (relative: string) => `${directory.slice(1)}/${relative}`;
  const at = (relative: string) => guest.at(`/${inDirectory(relative)}`);
  mkdirSync(at("backups"));
  contents.forEach((content, index) => {
    mkdirSync(at(`${index}`));
    writeFileSync(at(`${index}/app.conf`), content);
  });
  const files = contents.map((_, index) => {
    const declared = {
      ...{ vm: guest.vm, path: pathOf(inDirectory(`${index}/app.conf`)), content: "ours" },
      backup: { directory: pathOf(inDirectory("backups")) },
    };
    return { file: guest.file(), declared };
  });
  await Promise.all(files.map(({ file, declared }) => file.up(declared)));
  expect(readdirSync(at("backups"))).toHaveLength(contents.length);
  for (const { file } of files) await file.destroy();
  expect(contents.map((_, index) => readFileSync(at(`${index}/app.conf`), "utf8"))).toEqual(contents);
  expect(readdirSync(at("backups"))).toEqual([]);
}

inOneGuest((guest) => {
  for (const [what, contents] of [
    ["different", ["first's", "second's", "third's"]],
    ["the same", ["theirs", "theirs"]],
  ] as const) {
    guest.rule(`files of one name with ${what} content keep their copies in one directory, and come back`, () =>
      backUpNamesakes(guest, contents, (relative) => `/${relative}`),
    );
  }

  guest.rule("a resource whose path is where another keeps its copy is refused, by both names", async () => {
    const { directory, at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs");
    const [backed, other] = [guest.file(), guest.file()];
    const told = await guest.together(async () => {
      await backed.upWithin(declared({ backup: { suffix: ".orig" } }));
      return other.upWithin(declared({ path: `${directory}/conf.orig`, content: "other" })).catch(String);
    });
    expect(told).toContain(
      `conf.orig: GuestFile "${backed.name}" keeps its backup there, and GuestFile "${other.name}" has it, too`,
    );
    expect(textOf("conf.orig")).toBe("theirs");
  });

  guest.rule("so is a tree that would purge the copy", async () => {
    const { directory, at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs");
    const [backed, tree] = [guest.file(), guest.directory()];
    const purging = { path: directory, source: sourceDirectory({ "a.txt": "a" }), purge: true, exclude: ["conf"] };
    const told = await guest.together(async () => {
      await backed.upWithin(declared({ backup: { suffix: ".orig" } }));
      return tree.upWithin({ vm: guest.vm, ...purging }).catch(String);
    });
    expect(told).toContain(`conf.orig: GuestFile "${backed.name}" keeps its backup there`);
    expect(textOf("conf.orig")).toBe("theirs");
  });

  guest.rule("nothing but the copy is left in the directory", async () => {
    const { directory, at, declared } = ownDirectory(guest);
    mkdirSync(at("backups"));
    writeFileSync(at("conf"), "theirs");
    await guest.file().up(declared({ backup: { directory: `${directory}/backups` } }));
    expect(readdirSync(at("backups"))).toEqual([`${directory}/conf`.slice(1).replaceAll("/", "!")]);
    expect(readdirSync(guest.at(directory)).sort()).toEqual(["backups", "conf"]);
  });
});

describe("in a Windows guest", () => {
  inOneGuest(
    (guest) => {
      guest.rule("files of one name keep their copies in one directory, and come back", () =>
        backUpNamesakes(guest, ["first's", "second's"], (relative) => `C:\\${relative.replaceAll("/", "\\")}`),
      );
    },
    { os: "windows" },
  );
});
