import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { sourceDirectory } from "./source-directory";

/** What the engine does where it makes the new before it deletes the old, and both are one object. */
inOneGuest((guest) => {
  const path = (name: string) => `/srv/replaced/${name}`;
  const read = (name: string) => readFileSync(guest.at(name), "utf8");

  beforeAll(() => mkdirSync(guest.at("/srv/replaced"), { recursive: true }));

  guest.rule("a file that is replaced onto itself is there afterwards, and it is said who has it", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: path("tainted"), content: "mine" };
    await file.up(declared);
    await file.replace(declared);
    expect(read(path("tainted"))).toBe("mine");
    expect(file.said).toMatch(/tainted: is left, since GuestFile ".*" has it now/);
  });

  guest.rule(
    "a directory with a tree that is replaced onto itself is there afterwards, with all that it holds",
    async () => {
      const directory = guest.directory();
      const source = sourceDirectory({ "a.txt": "a", "sub/b.txt": "b" });
      const declared = { vm: guest.vm, path: path("tree"), source, recursiveDelete: true };
      await directory.up(declared);
      await directory.replace(declared);
      expect([read(path("tree/a.txt")), read(path("tree/sub/b.txt"))]).toEqual(["a", "b"]);
    },
  );

  guest.rule("a run that is replaced by the same run is not undone after it was done anew", async () => {
    const run = guest.run();
    const declared = {
      vm: guest.vm,
      script: `echo made > ${path("effect")}`,
      delete: { script: `rm -f ${path("effect")}` },
    };
    await run.up(declared);
    await run.replace(declared);
    expect(existsSync(guest.at(path("effect")))).toBe(true);
    await run.destroy();
    expect(existsSync(guest.at(path("effect")))).toBe(false);
  });

  guest.rule("a file whose resource was renamed is there afterwards", async () => {
    const [before, after] = [guest.file(), guest.file()];
    const declared = { vm: guest.vm, path: path("renamed"), content: "mine" };
    await before.up(declared);
    await guest.together(async () => {
      await after.upWithin(declared);
      await before.destroyWithin();
    });
    expect(read(path("renamed"))).toBe("mine");
    expect(await after.up(declared)).toBe("same");
  });

  guest.rule("what goes with the record of a renamed resource is said, and how to keep it", async () => {
    const [made, backed, tainted] = [guest.file(), guest.file(), guest.file()];
    const [afterMade, afterBacked] = [guest.file(), guest.file()];
    const declared = (name: string) => ({
      vm: guest.vm,
      path: path(name),
      content: "ours",
      backup: { suffix: ".orig" },
    });
    for (const name of ["known-backed", "known-tainted"]) writeFileSync(guest.at(path(name)), "theirs");
    await made.up(declared("known-made"));
    await backed.up(declared("known-backed"));
    await tainted.up(declared("known-tainted"));
    await guest.together(async () => {
      await afterMade.upWithin(declared("known-made"));
      await afterBacked.upWithin(declared("known-backed"));
      await made.destroyWithin();
      await backed.destroyWithin();
    });
    await tainted.replace(declared("known-tainted"));
    const copyOf = (name: string) => `What was there before is in the copy ${path(name)}.orig`;
    expect(made.said).toMatch(/known-made: is left, since (GuestFile ".*") has it now\. \1 takes it for one that was/);
    expect(backed.said).toContain(copyOf("known-backed"));
    expect(tainted.said).toContain(copyOf("known-tainted"));
    for (const { said } of [made, backed]) expect(said).toContain("an alias (aliases) keeps its record");
  });

  guest.rule(
    "a file whose resource was renamed and that it reaches through a linked directory is there afterwards",
    async () => {
      const [before, after] = [guest.file(), guest.file()];
      mkdirSync(guest.at(path("real")));
      symlinkSync("real", guest.at(path("link")));
      await before.up({ vm: guest.vm, path: path("link/f"), content: "mine" });
      await guest.together(async () => {
        await after.upWithin({ vm: guest.vm, path: path("real/f"), content: "mine" });
        await before.destroyWithin();
      });
      expect(read(path("real/f"))).toBe("mine");
    },
  );

  guest.rule("files that were a tree's and are resources of their own now are there afterwards", async () => {
    const [tree, file] = [guest.directory(), guest.file()];
    const source = sourceDirectory({ "a.txt": "a", "b.txt": "b" });
    await tree.up({ vm: guest.vm, path: path("split"), source, recursiveDelete: true });
    await guest.together(async () => {
      await file.upWithin({ vm: guest.vm, path: path("split/a.txt"), content: "a" });
      await tree.destroyWithin();
    });
    expect(read(path("split/a.txt"))).toBe("a");
    expect(existsSync(guest.at(path("split/b.txt")))).toBe(false);
  });

  guest.rule(
    "a file that left a tree's source and is a resource of its own now is not removed by the tree",
    async () => {
      const [tree, file] = [guest.directory(), guest.file()];
      const at = { vm: guest.vm, path: path("shrunk") };
      await tree.up({ ...at, source: sourceDirectory({ "a.txt": "a", "b.txt": "b" }) });
      await guest.together(async () => {
        await file.upWithin({ vm: guest.vm, path: path("shrunk/a.txt"), mode: "0600" });
        await tree.upWithin({ ...at, source: sourceDirectory({ "b.txt": "b" }) });
      });
      expect(read(path("shrunk/a.txt"))).toBe("a");
    },
  );

  guest.rule("a file that was a resource of its own and is a tree's now is there afterwards", async () => {
    const [tree, file] = [guest.directory(), guest.file()];
    const at = { vm: guest.vm, path: path("joined") };
    await file.up({ ...at, path: path("joined/a.txt"), content: "a", createParents: true });
    await guest.together(async () => {
      await tree.upWithin({ ...at, source: sourceDirectory({ "a.txt": "a" }) });
      await file.destroyWithin();
    });
    expect(read(path("joined/a.txt"))).toBe("a");
  });

  guest.rule("two files that swap their paths are both there afterwards, and both go on destroy", async () => {
    const [a, b] = [guest.file(), guest.file()];
    const [first, second] = [path("swap-1"), path("swap-2")];
    await a.up({ vm: guest.vm, path: first, content: "a" });
    await b.up({ vm: guest.vm, path: second, content: "b" });
    await guest.together(async () => {
      const [toSecond, toFirst] = [
        { vm: guest.vm, path: second, content: "a" },
        { vm: guest.vm, path: first, content: "b" },
      ];
      // The engine diffs what does not wait for something else before the first is made.
      await b.previewWithin(toFirst);
      const ends = [await a.beginReplace(toSecond), await b.beginReplace(toFirst)];
      for (const end of ends) await end();
    });
    expect([read(first), read(second)]).toEqual(["b", "a"]);
    expect(a.said + b.said).not.toContain("was there before");
    await a.destroy();
    await b.destroy();
    expect([existsSync(guest.at(first)), existsSync(guest.at(second))]).toEqual([false, false]);
  });

  guest.rule("a file that moves within a directory made for it takes that directory along on destroy", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, content: "x", createParents: true };
    await file.up({ ...declared, path: path("made/for/it/one") });
    await file.up({ ...declared, path: path("made/for/it/two") });
    await file.destroy();
    expect(existsSync(guest.at(path("made")))).toBe(false);
  });

  guest.rule("four files below one new directory take it along when they are destroyed at once", async () => {
    const files = Array.from({ length: 4 }, () => guest.file());
    const declared = (index: number) => ({
      vm: guest.vm,
      path: path(`shared/by/four/${index}`),
      content: "x",
      createParents: true,
    });
    await guest.together(() => Promise.all(files.map((file, index) => file.upWithin(declared(index)))));
    for (const file of files)
      expect(file.state.createdParents).toEqual(["shared", "shared/by", "shared/by/four"].map(path));
    await guest.together(() => Promise.all(files.map((file) => file.destroyWithin())));
    expect(existsSync(guest.at(path("shared")))).toBe(false);
  });
});
