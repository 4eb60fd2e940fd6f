import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { LocalTree, pathsBelow } from "./local-tree";

const files = { "a.txt": "a", "b.txt": "b", "sub/c.txt": "c", "sub/d.txt": "d" };
const few = { "a.txt": "a", "b.txt": "b" };

/** What a create or update that failed half-way has made is recorded: it belongs to the resource. */
inOneGuest((guest) => {
  let number = 0;
  const sources: LocalTree[] = [];
  afterAll(() => sources.forEach((source) => source.remove()));

  function ownTree(content: Readonly<Record<string, string>>) {
    const source = new LocalTree(content);
    sources.push(source);
    const above = `/srv/half-${++number}`;
    const root = `${above}/made/site`;
    return {
      source,
      above: () => (existsSync(guest.at(above)) ? pathsBelow(guest.at(above)) : []),
      at: (path = "") => guest.at(`${root}/${path}`),
      isThere: () => existsSync(guest.at(above)),
      declared: (more: object = {}) => ({
        vm: guest.vm,
        path: root,
        source: source.path,
        createParents: true,
        onExists: "error",
        ...more,
      }),
    };
  }

  /** Makes the next upload fail; so many go through first. */
  const failUpload = (skip = 0) => guest.simulator.injectFault({ method: "InitiateFileTransferToGuest", vix: 8, skip });

  for (const [what, content] of Object.entries({ "file by file": few, "as an archive": files })) {
    test(`a directory whose upload (${what}) failed is ours: the next up goes on, whatever onExists says`, async () => {
      const { at, isThere, declared } = ownTree(content);
      const directory = guest.directory();
      failUpload();
      await expect(directory.up(declared())).rejects.toThrow(/disk is full/);
      await directory.up(declared());
      expect(directory.state).toMatchObject({ created: true });
      expect(pathsBelow(at())).toEqual(expect.arrayContaining(Object.keys(content)));
      await directory.destroy();
      expect(isThere()).toBe(false);
    });

    test(`a directory whose upload (${what}) failed goes with its destroy, parents and all`, async () => {
      const { isThere, declared } = ownTree(content);
      const directory = guest.directory();
      failUpload();
      await expect(directory.up(declared())).rejects.toThrow(/disk is full/);
      await directory.destroy();
      expect(isThere()).toBe(false);
    });
  }

  test("an update that failed in the middle of its files and is reverted shows it, and all of it goes", async () => {
    const { source, at, isThere, declared } = ownTree(few);
    const directory = guest.directory();
    await directory.up(declared());
    source.write("b.txt", "changed");
    source.write("c.txt", "new");
    source.write("e.txt", "new");
    failUpload(2);
    await expect(directory.up(declared())).rejects.toThrow(/disk is full/);
    const isMade = ["c.txt", "e.txt"].filter((path) => existsSync(at(path)));
    expect(isMade.length + Number(readFileSync(at("b.txt"), "utf8") === "changed")).toBe(2);
    source.write("b.txt", "b");
    rmSync(source.at("c.txt"));
    rmSync(source.at("e.txt"));
    expect(await directory.preview(declared())).toBe("update");
    for (const path of isMade) expect(directory.said).toContain(`${path}: is not in source; it will be removed`);
    await directory.up(declared());
    expect([pathsBelow(at()), readFileSync(at("b.txt"), "utf8")]).toEqual([["a.txt", "b.txt"], "b"]);
    await directory.destroy();
    expect(isThere()).toBe(false);
  });

  test("an update that failed in the middle of its files can be destroyed; what others made meanwhile stays", async () => {
    const { source, at, declared } = ownTree(few);
    const directory = guest.directory();
    await directory.up(declared());
    source.write("c.txt", "new");
    source.write("e.txt", "new");
    failUpload(1);
    await expect(directory.up(declared())).rejects.toThrow(/disk is full/);
    const unmade = ["c.txt", "e.txt"].find((path) => !existsSync(at(path))) ?? "";
    writeFileSync(at(unmade), "theirs");
    await expect(directory.destroy()).rejects.toThrow(new RegExp(`did not make: ${unmade}`));
    rmSync(at(unmade));
    await directory.destroy();
    expect(existsSync(at())).toBe(false);
  });

  test("a directory that could not be made takes its parents along", async () => {
    const { isThere, declared } = ownTree(few);
    const directory = guest.directory();
    guest.simulator.injectFault({ method: "MakeDirectoryInGuest", vix: 8, skip: 2 });
    await expect(directory.up(declared())).rejects.toThrow(/disk is full/);
    expect(isThere()).toBe(true);
    await directory.destroy();
    expect(isThere()).toBe(false);
    guest.simulator.injectFault({ method: "MakeDirectoryInGuest", vix: 8, skip: 1 });
    const another = guest.directory();
    await expect(another.up(declared())).rejects.toThrow(/disk is full/);
    await another.up(declared());
    await another.destroy();
    expect(isThere()).toBe(false);
  });

  guest.rule("a file whose validateCommand failed takes the parents made for it along", async () => {
    const path = "/srv/refused/made/for/it";
    const declared = { vm: guest.vm, path, content: "x", createParents: true, onExists: "error" };
    const [destroyed, mended] = [guest.file(), guest.file()];
    const refused = { ...declared, validateCommand: "false {path}" };
    await expect(destroyed.up(refused)).rejects.toThrow(/validateCommand|false/);
    await destroyed.destroy();
    expect(existsSync(guest.at("/srv/refused"))).toBe(false);
    await expect(mended.up(refused)).rejects.toThrow(/validateCommand|false/);
    await mended.up(declared);
    expect(mended.state).toMatchObject({
      createdParents: ["/srv/refused", "/srv/refused/made", "/srv/refused/made/for"],
    });
    await mended.destroy();
    expect(existsSync(guest.at("/srv/refused"))).toBe(false);
  });

  guest.rule("a file that came where a failed create was to make one is not destroyed", async () => {
    const path = "/srv/came/made/f";
    const file = guest.file();
    const declared = { vm: guest.vm, path, content: "x", createParents: true, validateCommand: "false {path}" };
    await expect(file.up(declared)).rejects.toThrow(/validateCommand|false/);
    writeFileSync(guest.at(path), "theirs");
    await file.destroy();
    expect(readFileSync(guest.at(path), "utf8")).toBe("theirs");
  });

  test("a file that is in its place, but not as declared, is ours", async () => {
    const path = "/srv/placed";
    const file = guest.file();
    // The look at the result fails.
    guest.simulator.injectFault({ method: "ListFilesInGuest", vix: 13, skip: 1 });
    await expect(file.up({ vm: guest.vm, path, content: "x", onExists: "error" })).rejects.toThrow(/not allowed/);
    expect(existsSync(guest.at(path))).toBe(true);
    await file.up({ vm: guest.vm, path, content: "x", onExists: "error" });
    await file.destroy();
    expect(existsSync(guest.at(path))).toBe(false);
  });

  test("a deploy killed in the middle of a tree leaves remains that onExists: error tells as such", async () => {
    const { at, isThere, declared } = ownTree(files);
    const directory = guest.directory();
    let killed: Promise<void> | undefined;
    const kill = () => void (killed = guest.host.kill());
    guest.simulator.onRequest({ method: "InitiateFileTransferToGuest", happens: kill });
    await expect(directory.up(declared())).rejects.toThrow();
    await killed;
    expect(pathsBelow(at())).toEqual([]);
    await expect(directory.up(declared())).rejects.toThrow(/is there already.*empty.*interrupted deploy/s);
    await directory.up(declared({ onExists: "adopt" }));
    await directory.destroy();
    expect(isThere()).toBe(true);
  });

  test("a directory that another deploy makes at the same moment is adopted, or refused, as onExists says", async () => {
    const { at, declared } = ownTree(few);
    mkdirSync(at(".."), { recursive: true });
    const comes = () =>
      guest.simulator.onRequest({ method: "MakeDirectoryInGuest", happens: () => void mkdirSync(at()) });
    comes();
    const directory = guest.directory();
    await directory.up(declared({ onExists: "adopt" }));
    expect(directory.state).toMatchObject({ created: false });
    await directory.destroy();
    expect(pathsBelow(at())).toEqual([]);
    rmSync(at(), { recursive: true });
    comes();
    await expect(guest.directory().up(declared())).rejects.toThrow(/onExists is "error"/);
    expect(pathsBelow(at())).toEqual([]);
  });
});
