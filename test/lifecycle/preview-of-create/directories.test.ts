import { mkdirSync, writeFileSync } from "node:fs";
import { LocalTree, pathsBelow } from "../guest-directory/local-tree";
import { inOneGuest } from "../one-guest";

/** What the preview of a directory tells that is not made yet. */
inOneGuest((guest) => {
  const source = new LocalTree({ "a.txt": "new a", "sub/b.txt": "b" });
  afterAll(() => source.remove());

  const ahead = async (inputs: object) => {
    const directory = guest.directory();
    expect(await directory.preview({ vm: guest.vm, ...inputs })).toBe("create");
    return directory.said;
  };

  guest.rule(
    "what source overwrites and purge removes is counted, with the first names, and left as it is",
    async () => {
      mkdirSync(guest.at("/srv/tree/old"), { recursive: true });
      writeFileSync(guest.at("/srv/tree/a.txt"), "a of the user's");
      for (const n of [1, 2, 3, 4, 5, 6]) writeFileSync(guest.at(`/srv/tree/stranger-${n}`), "x");
      const before = pathsBelow(guest.at("/srv/tree"));
      const said = await ahead({ path: "/srv/tree", source: source.path, purge: true });
      expect(said).toContain("/srv/tree: is there already; it is adopted and changed; 1 will be overwritten: a.txt; ");
      expect(said).toContain("7 will be removed: old/, stranger-1, stranger-2, stranger-3, stranger-4 and 2 more");
      expect(pathsBelow(guest.at("/srv/tree"))).toEqual(before);
      expect(await ahead({ path: "/srv/tree", source: source.path })).not.toContain("removed");
    },
  );

  guest.rule("a directory that is as declared is adopted, which is no warning", async () => {
    mkdirSync(guest.at("/srv/plain"));
    const said = await ahead({ path: "/srv/plain" });
    expect(said).toContain("/srv/plain: is there already, as declared; it is adopted");
    expect(said).not.toContain("warning");
  });

  guest.rule("what would make the create fail is told with its reason", async () => {
    writeFileSync(guest.at("/srv/a-file"), "");
    mkdirSync(guest.at("/srv/taken"));
    mkdirSync(guest.at("/srv/in-the-way/a.txt"), { recursive: true });
    writeFileSync(guest.at("/srv/in-the-way/a.txt/theirs"), "");
    const told = await Promise.all([
      ahead({ path: "/srv/a-file" }),
      ahead({ path: "/srv/taken", onExists: "error" }),
      ahead({ path: "/srv/missing/directory" }),
      ahead({ path: "/srv/in-the-way", source: source.path }),
    ]);
    expect(told).toEqual([
      expect.stringMatching(/\/srv\/a-file: is a file in the guest.* making it fails\./),
      expect.stringMatching(/\/srv\/taken: is there already, and onExists is "error".* making it fails\./),
      expect.stringMatching(/\/srv\/missing\/directory: its directory \/srv\/missing is not there.* making it fails\./),
      expect.stringMatching(/\/srv\/in-the-way.*a\.txt.* making it fails\./),
    ]);
    expect(await ahead({ path: "/srv/missing/directory", createParents: true })).toBe("");
  });
});
