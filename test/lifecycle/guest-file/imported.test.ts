import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { LocalTree } from "../guest-directory/local-tree";
import { inOneGuest } from "../one-guest";

/** An import tells where the object is; what the program then declares is a difference only where the guest has it otherwise. */
inOneGuest((guest) => {
  const source = new LocalTree({ "a.txt": "a\n", "sub/b.txt": "b\n", "left-out.log": "theirs\n" });
  afterAll(() => source.remove());
  const id = (path: string) => `${guest.simulator.vm(guest.vm).instanceUuid}:${path}`;
  const theirs = (name: string, text = "one\n") => {
    const path = `/srv/${name}`;
    writeFileSync(guest.at(path), text);
    chmodSync(guest.at(path), 0o640);
    return path;
  };
  const says = (text: string) => expect.stringContaining(text) as unknown;
  const imported = async (path: string, kind: "file" | "directory" = "file") => {
    const resource = guest[kind]();
    await guest.together(() => resource.importWithin(id(path)));
    return resource;
  };

  guest.rule("a file that is as declared shows nothing, and destroy leaves it", async () => {
    const path = theirs("agreeing");
    const file = await imported(path);
    const declared = { vm: guest.vm, path, content: "one\n", mode: "0640", owner: "root", group: "root" };
    expect(await file.up(declared)).toBe("same");
    expect(await file.preview({ ...declared, content: "two\n" })).toBe("update");
    await file.destroy();
    expect(readFileSync(guest.at(path), "utf8")).toBe("one\n");
  });

  guest.rule("each property that is otherwise is a difference, by itself", async () => {
    const path = theirs("otherwise");
    const file = await imported(path);
    const declared = { vm: guest.vm, path, content: "one\n", mode: "0640", owner: "root" };
    const shown = async (change: object) => [await file.preview({ ...declared, ...change }), file.said];
    expect(await shown({ mode: "0644" })).toEqual(["update", says("mode is 0640 in the guest, wanted 0644")]);
    expect(await shown({ content: "two\n" })).toEqual(["update", says("-one")]);
    expect(await shown({ owner: "daemon" })).toEqual(["update", says("owner is 0 in the guest, wanted daemon")]);
    expect(await shown({ owner: "nobody-here" })).toEqual(["update", says("wanted nobody-here")]);
    expect(await file.up({ ...declared, mode: "0644" })).toBe("update");
    expect(statSync(guest.at(path)).mode & 0o7777).toBe(0o644);
    expect(file.state).toMatchObject({ created: false });
    expect(file.state).not.toHaveProperty("imported");
  });

  guest.rule("what no look at the guest tells is recorded: backup, onDelete", async () => {
    const path = theirs("recorded");
    const file = await imported(path);
    const declared = { vm: guest.vm, path, content: "one\n" };
    expect(await file.up({ ...declared, onDelete: "remove" })).toBe("update");
    await file.destroy();
    expect(existsSync(guest.at(path))).toBe(false);
  });

  guest.rule("drift after that is found, and a refresh records what is declared", async () => {
    const path = theirs("drifting");
    const file = await imported(path);
    const declared = { vm: guest.vm, path, content: "one\n" };
    expect(await file.up(declared)).toBe("same");
    writeFileSync(guest.at(path), "changed by hand\n");
    expect(await file.preview(declared)).toBe("update");
    expect(file.said).toContain("-changed by hand");
    expect(await file.up(declared)).toBe("update");
    expect(readFileSync(guest.at(path), "utf8")).toBe("one\n");
    expect(await file.up(declared)).toBe("same");
  });

  guest.rule("a tree is compared with what is there, what is left out included", async () => {
    mkdirSync(guest.at("/srv/tree/sub"), { recursive: true });
    for (const [name, text] of Object.entries({ "a.txt": "a\n", "sub/b.txt": "b\n", "other.log": "log\n" }))
      writeFileSync(guest.at(`/srv/tree/${name}`), text);
    chownSync(guest.at("/srv/tree/a.txt"), 1, 1);
    const directory = await imported("/srv/tree", "directory");
    const declared = { vm: guest.vm, path: "/srv/tree", source: source.path, exclude: ["*.log"] };
    expect(await directory.up(declared)).toBe("same");
    expect(await directory.preview({ ...declared, owner: "root" })).toBe("update");
    expect(await directory.preview({ ...declared, fileMode: "0600" })).toBe("update");
    writeFileSync(guest.at("/srv/tree/a.txt"), "A\n");
    expect(await directory.preview(declared)).toBe("update");
    await directory.destroy();
    expect(readFileSync(guest.at("/srv/tree/sub/b.txt"), "utf8")).toBe("b\n");
  });
});
