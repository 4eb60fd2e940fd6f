import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { LocalTree } from "../guest-directory/local-tree";
import { inOneGuest } from "../one-guest";

/**
 * What the preview of an import tells that is an update at once. The engine reads by the id alone, then asks for the
 * difference to what the program declares.
 */
inOneGuest((guest) => {
  const source = new LocalTree({ "a.txt": "new a", "b.txt": "b" });
  afterAll(() => source.remove());
  const id = (path: string) => `${guest.simulator.vm(guest.vm).instanceUuid}:${path}`;

  guest.rule("new content is shown with what it overwrites", async () => {
    writeFileSync(guest.at("/etc/imported.conf"), "one\ntwo\n");
    const file = guest.file();
    await guest.together(() => file.importWithin(id("/etc/imported.conf")));
    const declared = { vm: guest.vm, path: "/etc/imported.conf", content: "one\n2\n" };
    expect(await file.preview(declared)).toBe("update");
    expect(file.said).toMatch(/warning|WARN/i);
    expect(file.said).toMatch(/\/etc\/imported\.conf: content differs in the guest\n[^]*-two\n +\+2/);
    expect(readFileSync(guest.at("/etc/imported.conf"), "utf8")).toBe("one\ntwo\n");
  });

  guest.rule("a source and purge are shown with what they overwrite and remove", async () => {
    mkdirSync(guest.at("/srv/imported"));
    for (const name of ["a.txt", "stranger"]) writeFileSync(guest.at(`/srv/imported/${name}`), "of the user's");
    const directory = guest.directory();
    await guest.together(() => directory.importWithin(id("/srv/imported")));
    const declared = { vm: guest.vm, path: "/srv/imported", source: source.path, purge: true };
    expect(await directory.preview(declared)).toBe("update");
    expect(directory.said).toContain("stranger: is not in source; it will be removed");
    expect(directory.said).toContain("a.txt: content differs");
    expect(directory.said).toContain("b.txt: absent in the guest");
  });

  guest.rule("drift under a change of the program is told, and the change alone is not", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: "/srv/both", content: "one" };
    await file.up(declared);
    await file.preview({ ...declared, content: "two" });
    expect(file.said).toBe("");
    writeFileSync(guest.at("/srv/both"), "of the user's");
    await file.preview({ ...declared, content: "two" });
    expect(file.said).toMatch(/\/srv\/both: content differs in the guest\n[^]*-of the user's/);
  });
});
