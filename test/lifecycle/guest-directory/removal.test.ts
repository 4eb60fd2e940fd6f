import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { LocalTree, pathsBelow } from "./local-tree";

const app = { guest: { username: "app", password: "app" } };
const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];
const files = { "a.txt": "a", "b.txt": "b", "sub/c.txt": "c", "sub/deep/d.txt": "d", "sub/e 'x'.txt": "e" };
const few = { "a.txt": "a", "sub/c.txt": "c" };
/** A name that is not UTF-8. */
const unnameable = (directory: string) => Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0xfe])]);

/** What is taken away of a tree: what this resource made, and with `purge` or `recursiveDelete` what the login sees. */
inOneGuest(
  (guest) => {
    let number = 0;
    const sources: LocalTree[] = [];
    afterAll(() => sources.forEach((source) => source.remove()));

    /** A source and a directory of the rule's own, in a directory of `app`'s. */
    function ownTree(content: Readonly<Record<string, string>> = files) {
      const source = new LocalTree(content);
      sources.push(source);
      const above = `/srv/taken-${++number}`;
      mkdirSync(guest.at(above), { recursive: true });
      chownSync(guest.at(above), 1001, 1001);
      const root = `${above}/site`;
      const at = (path = "") => guest.at(`${root}/${path}`);
      return {
        source,
        root,
        at,
        below: () => pathsBelow(at()),
        /** What is there before us, `app`'s. */
        before: (there: Readonly<Record<string, string>>) => {
          mkdirSync(at(), { recursive: true });
          chownSync(at(), 1001, 1001);
          for (const [path, text] of Object.entries(there)) {
            mkdirSync(at(`${path}/..`), { recursive: true });
            writeFileSync(at(path), text);
            chownSync(at(path), 1001, 1001);
          }
        },
        /** A file of root's own that `app` may not open: Tools don't list it. */
        hide: (path: string) => writeFileSync(at(path), "theirs", { mode: 0o600 }),
        declared: (more: object = {}) => ({ vm: guest.vm, path: root, source: source.path, ...app, ...more }),
      };
    }

    for (const [what, content] of Object.entries({ "few files": few, "many files": files })) {
      guest.rule(`destroy of a tree of ${what} leaves a file that the login may not open, and says so`, async () => {
        const { at, below, hide, declared } = ownTree(content);
        const directory = guest.directory();
        await directory.up(declared());
        hide("sub/key");
        await expect(directory.destroy()).rejects.toThrow(/may not look at|can't see/);
        expect(readFileSync(at("sub/key"), "utf8")).toBe("theirs");
        expect(below()).toEqual(["sub", "sub/key"]);
        rmSync(at("sub/key"));
        await directory.destroy();
        expect(existsSync(at())).toBe(false);
      });

      guest.rule(`destroy of ${what} leaves what was there before, with our content, and says so`, async () => {
        const { at, before, below, declared } = ownTree(content);
        before({ "a.txt": "theirs", "kept.txt": "theirs" });
        mkdirSync(at("sub"));
        chownSync(at("sub"), 1001, 1001);
        const directory = guest.directory();
        await directory.up(declared());
        expect(readFileSync(at("a.txt"), "utf8")).toBe("a");
        await directory.destroy();
        expect(below()).toEqual(["a.txt", "kept.txt", "sub"]);
        expect(directory.said).toMatch(/there before.*a\.txt/s);
      });
    }

    guest.rule(
      "destroy follows no link that has taken the place of a directory of the tree, or of its root",
      async () => {
        const { root, at, declared } = ownTree();
        for (const place of ["sub", ""]) {
          const directory = guest.directory();
          await directory.up(declared());
          rmSync(at(place), { recursive: true });
          const elsewhere = guest.at(`${root}-elsewhere${place}`);
          mkdirSync(elsewhere);
          for (const name of ["a.txt", "b.txt", "c.txt"]) writeFileSync(`${elsewhere}/${name}`, "theirs");
          symlinkSync(`${place === "" ? "." : ".."}/site-elsewhere${place}`, at(place).replace(/\/$/, ""));
          await directory.destroy().catch(() => undefined);
          expect(pathsBelow(elsewhere)).toEqual(["a.txt", "b.txt", "c.txt"]);
          rmSync(at(place).replace(/\/$/, ""), { force: true });
        }
      },
    );

    guest.rule("what left the source and was there before stays, and is no difference any more", async () => {
      const { source, at, before, declared } = ownTree();
      before({ "a.txt": "theirs" });
      const directory = guest.directory();
      await directory.up(declared());
      source.write("a.txt", "new");
      rmSync(source.at("a.txt"));
      rmSync(source.at("b.txt"));
      await directory.up(declared());
      expect(directory.said).toMatch(/a\.txt: .*there before/);
      expect([existsSync(at("a.txt")), existsSync(at("b.txt"))]).toEqual([true, false]);
    });

    guest.rule(
      "a record of an earlier version: what was in a directory that it adopted stays, what it made goes",
      async () => {
        const [adopted, made] = [ownTree(), ownTree()];
        adopted.before({ "kept.txt": "theirs" });
        for (const tree of [adopted, made]) {
          const directory = guest.directory();
          await directory.up(tree.declared());
          if (directory.recorded === undefined) throw new Error("nothing was recorded");
          const { adopted: _later, ...state } = directory.recorded.state;
          directory.recorded = { ...directory.recorded, state };
          await directory.destroy();
        }
        expect(adopted.below()).toContain("a.txt");
        expect(existsSync(made.at())).toBe(false);
      },
    );

    guest.rule("recursiveDelete removes all that the login sees, with and without source", async () => {
      for (const more of [{}, { source: undefined }]) {
        const { at, before, declared } = ownTree();
        before({ "x/y/z.txt": "z", w: "w" });
        for (const path of ["x", "x/y"]) chownSync(at(path), 1001, 1001);
        symlinkSync("/etc", at("link"));
        const directory = guest.directory();
        await directory.up(declared({ ...more, recursiveDelete: true }));
        await directory.destroy();
        expect(existsSync(at())).toBe(false);
      }
      expect(existsSync(guest.at("/etc/passwd"))).toBe(true);
    });

    guest.rule(
      "recursiveDelete removes nothing where the login can't see or name all of it, and says what",
      async () => {
        const { at, before, below, hide, declared } = ownTree();
        before({ "x/y/z.txt": "z" });
        for (const path of ["x", "x/y"]) chownSync(at(path), 1001, 1001);
        const directory = guest.directory();
        await directory.up(declared({ source: undefined, recursiveDelete: true }));
        hide("x/y/key");
        await expect(directory.destroy()).rejects.toThrow(/x\/y.*can't see.*[Nn]othing was removed/s);
        expect(below()).toEqual(["x", "x/y", "x/y/key", "x/y/z.txt"]);
        rmSync(at("x/y/key"));
        writeFileSync(unnameable(at("x")), "theirs");
        await expect(directory.destroy()).rejects.toThrow(/x\/.*can't .*name.*[Nn]othing was removed/s);
        expect(existsSync(at("x/y/z.txt"))).toBe(true);
        rmSync(at("x"), { recursive: true });
        await directory.destroy();
        expect(existsSync(at())).toBe(false);
      },
    );

    guest.rule("purge leaves what the login can't see, and removes no directory that holds such", async () => {
      const { at, before, below, hide, declared } = ownTree(few);
      before({ "stray.txt": "stray" });
      hide("key");
      const directory = guest.directory();
      await directory.up(declared({ purge: true }));
      expect(below()).toEqual(["a.txt", "key", "sub", "sub/c.txt"]);
      mkdirSync(at("old/dir"), { recursive: true });
      for (const path of ["old", "old/dir"]) chownSync(at(path), 1001, 1001);
      hide("old/dir/key");
      writeFileSync(at("old/file"), "seen");
      await expect(directory.up(declared({ purge: true }))).rejects.toThrow(/old.*can't see.*exclude/s);
      expect([existsSync(at("old/dir/key")), existsSync(at("old/file"))]).toEqual([true, true]);
      await directory.up(declared({ purge: true, exclude: ["old"] }));
      rmSync(at("old/dir/key"));
      await directory.up(declared({ purge: true }));
      expect(existsSync(at("old"))).toBe(false);
    });

    guest.rule("what stands in the way of a new path is not removed unless purge asks for it", async () => {
      const { at, before, declared } = ownTree();
      before({ sub: "theirs" });
      const directory = guest.directory();
      await expect(directory.up(declared())).rejects.toThrow(/sub.*is a file in the guest.*purge/s);
      expect(readFileSync(at("sub"), "utf8")).toBe("theirs");
      await directory.up(declared({ purge: true }));
      expect(readFileSync(at("sub/c.txt"), "utf8")).toBe("c");
    });

    guest.rule("a hidden file where source has one is not overwritten", async () => {
      for (const content of [few, files]) {
        const { at, before, hide, declared } = ownTree(content);
        before({ "kept.txt": "theirs" });
        hide("a.txt");
        await expect(guest.directory().up(declared())).rejects.toThrow(/a\.txt.*there already|there already.*a\.txt/s);
        expect(readFileSync(at("a.txt"), "utf8")).toBe("theirs");
      }
    });

    guest.rule(
      "a directory that holds another resource's file is left with that file, and says whose it is",
      async () => {
        const { root, at, declared } = ownTree();
        const [directory, file] = [guest.directory(), guest.file()];
        await directory.up(declared());
        const own = { vm: guest.vm, path: `${root}/own.txt`, content: "own", ...app };
        await file.up(own);
        await guest.together(async () => {
          await file.upWithin({ ...own, content: "new" });
          await directory.destroyWithin();
        });
        expect(pathsBelow(at())).toEqual(["own.txt"]);
        expect(readFileSync(at("own.txt"), "utf8")).toBe("new");
      },
    );

    guest.rule("a parent that is a directory resource of its own now stays, although it is empty", async () => {
      const { root, at } = ownTree();
      const [file, directory] = [guest.file(), guest.directory()];
      await file.up({ vm: guest.vm, path: `${root}/parent/f`, content: "x", createParents: true, ...app });
      await guest.together(async () => {
        await directory.upWithin({ vm: guest.vm, path: `${root}/parent`, ...app });
        await file.destroyWithin();
      });
      expect(pathsBelow(at())).toEqual(["parent"]);
      chmodSync(at("parent"), 0o700);
    });
  },
  { guestUsers },
);
