import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { inOneGuest } from "../one-guest";
import { LocalTree, pathsBelow } from "./local-tree";

const files = {
  "index.html": "<p>hi</p>",
  "css/a.css": "a{}",
  "css/b.css": "b{}",
  "deep/er/x.txt": "x",
  "empty.txt": "",
};

inOneGuest((guest) => {
  let number = 0;
  const sources: LocalTree[] = [];
  afterAll(() => sources.forEach((source) => source.remove()));

  /** A source and a directory of the rule's own. */
  function ownTree() {
    const source = new LocalTree(files);
    sources.push(source);
    const root = `/srv/site-${++number}`;
    const at = (path = "") => guest.at(`${root}/${path}`);
    return {
      source,
      root,
      at,
      textOf: (path: string) => readFileSync(at(path), "utf8"),
      declared: (more: object = {}) => ({ vm: guest.vm, path: root, source: source.path, ...more }),
    };
  }

  guest.rule("is told path by path, and only what differs is put right", async () => {
    const { at, textOf, declared } = ownTree();
    const directory = guest.directory();
    const inputs = declared({ fileMode: "0644", directoryMode: "0755" });
    await directory.up(inputs);
    writeFileSync(at("css/a.css"), "z{}");
    chmodSync(at("css/b.css"), 0o600);
    rmSync(at("index.html"));
    rmSync(at("deep"), { recursive: true });
    writeFileSync(at("foreign.txt"), "left alone");
    const { ino } = statSync(at("empty.txt"));
    await directory.up(inputs);
    const { said } = directory;
    for (const line of [
      "css/a.css: content differs, 3 bytes",
      "css/b.css: mode 0600 owner 0:0 in the guest, wanted mode 0644 owner 0:0",
      "index.html: absent in the guest",
      "deep/er: directory is absent in the guest",
      "deep/er/x.txt: absent in the guest",
    ]) {
      expect(said).toContain(line);
    }
    expect(said).not.toMatch(/empty\.txt|foreign\.txt/);
    for (const [path, text] of Object.entries(files)) expect(textOf(path)).toBe(text);
    expect(textOf("foreign.txt")).toBe("left alone");
    expect(statSync(at("empty.txt")).ino).toBe(ino);
    await expect(directory.destroy()).rejects.toThrow("did not make: foreign.txt");
    expect(existsSync(at("index.html"))).toBe(true);
  });

  guest.rule("of very many paths is counted", async () => {
    const { source, at, declared } = ownTree();
    for (let index = 0; index < 25; index++) source.write(`many/${index}`, "x");
    const directory = guest.directory();
    await directory.up(declared());
    rmSync(at("many"), { recursive: true });
    await directory.preview(declared());
    expect(directory.said).toContain("… and 6 more paths");
  });

  guest.rule("what leaves the source leaves the guest; what others made stays", async () => {
    const { source, at, textOf, declared } = ownTree();
    const directory = guest.directory();
    await directory.up(declared());
    rmSync(source.at("css"), { recursive: true });
    rmSync(source.at("deep"), { recursive: true });
    source.write("index.html", "<p>new</p>");
    writeFileSync(at("deep/foreign"), "");
    await directory.up(declared());
    const { said } = directory;
    expect(said).toContain("css/a.css: is not in source; it will be removed");
    expect(pathsBelow(at())).toEqual(["deep", "deep/foreign", "empty.txt", "index.html"]);
    expect(textOf("index.html")).toBe("<p>new</p>");
    const { source: _source, ...bare } = declared();
    expect(await directory.up(bare)).toBe("update");
    expect(pathsBelow(at())).toEqual(["deep", "deep/foreign"]);
  });

  guest.rule("a stranger's link named as what every object has is no file that was brought", async () => {
    const { source, at, declared } = ownTree();
    const directory = guest.directory();
    await directory.up(declared());
    for (const name of ["constructor", "toString"]) {
      symlinkSync("/etc/hosts", at(name));
      source.write(name, "ours");
    }
    await expect(directory.up(declared())).rejects.toThrow(
      "constructor is a symlink in the guest, wanted a file, and this",
    );
    for (const name of ["constructor", "toString"]) expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
  });

  guest.rule("purge removes what is not in the source, but for what is excluded", async () => {
    const { source, at, declared } = ownTree();
    mkdirSync(at("stray/dir"), { recursive: true });
    mkdirSync(at("cache"));
    for (const path of ["app.log", "stray/dir/file", "cache/item", "css"]) writeFileSync(at(path), path);
    source.write("local.log", "not sent");
    const directory = guest.directory();
    const inputs = declared({ purge: true, exclude: ["*.log", "cache/**"] });
    await directory.up(inputs);
    const expected = [
      ...pathsBelow(source.path).filter((path) => path !== "local.log"),
      "app.log",
      "cache",
      "cache/item",
    ];
    expect(pathsBelow(at())).toEqual(expected.sort());
    writeFileSync(at("stray"), "again");
    writeFileSync(at("app.log"), "changed");
    await directory.up(inputs);
    const { said } = directory;
    expect(said).toContain("stray: is not in source; it will be removed");
    expect(said).not.toContain(".log");
    expect(existsSync(at("stray"))).toBe(false);
    const all = declared({ purge: true });
    expect(await directory.up(all)).toBe("update");
    expect(pathsBelow(at())).toEqual(pathsBelow(source.path));
  });

  guest.rule("a link in the tree's place is replaced, never followed out of it", async () => {
    const { source, at, textOf, declared } = ownTree();
    mkdirSync(at(), { recursive: true });
    mkdirSync(at("../outside"));
    writeFileSync(at("../outside/a.css"), "untouched");
    writeFileSync(at("../outside/foreign"), "untouched");
    symlinkSync("../outside", at("css"));
    symlinkSync("../outside/a.css", at("index.html"));
    const directory = guest.directory();
    await directory.up(declared({ purge: true }));
    expect(lstatSync(at("css")).isDirectory()).toBe(true);
    rmSync(at("css"), { recursive: true });
    symlinkSync("../outside", at("css"));
    symlinkSync("../outside", at("stray"));
    await directory.up(declared({ purge: true }));
    expect(pathsBelow(at())).toEqual(pathsBelow(source.path));
    await directory.destroy();
    expect(pathsBelow(at("../outside"))).toEqual(["a.css", "foreign"]);
    expect(textOf("../outside/a.css")).toBe("untouched");
  });

  guest.rule("a path of the wrong type is replaced", async () => {
    const { source, at, declared } = ownTree();
    const directory = guest.directory();
    await directory.up(declared());
    rmSync(at("css"), { recursive: true });
    rmSync(at("empty.txt"));
    writeFileSync(at("css"), "a file");
    mkdirSync(at("empty.txt"));
    await directory.up(declared());
    const { said } = directory;
    expect(said).toContain("css: is a file in the guest, wanted a directory");
    expect(said).toContain("empty.txt: is a directory in the guest, wanted a file");
    expect(pathsBelow(at())).toEqual(pathsBelow(source.path));
  });

  guest.rule("of content is looked for by size and time, by the bytes, or not at all, as asked", async () => {
    const { root, at, textOf, declared } = ownTree();
    const modes = ["metadata", "content", "off"] as const;
    const directories = modes.map((name) => ({ name, directory: guest.directory() }));
    const deploy = async () => {
      const up = async ({ name, directory }: (typeof directories)[number]) => {
        const inputs = { ...declared({ driftDetection: name, createParents: true }), path: `${root}/${name}` };
        return [name, await directory.up(inputs)] as const;
      };
      return Object.fromEntries(await Promise.all(directories.map(up)));
    };
    await deploy();
    for (const name of modes) {
      const { mtime } = statSync(at(`${name}/css/a.css`));
      writeFileSync(at(`${name}/css/a.css`), "z{}");
      utimesSync(at(`${name}/css/a.css`), mtime, mtime);
      utimesSync(at(`${name}/css/b.css`), 5, 5);
    }
    expect(await deploy()).toEqual({ metadata: "same", content: "update", off: "same" });
    expect([textOf("metadata/css/a.css"), textOf("content/css/a.css")]).toEqual(["z{}", "a{}"]);
  });
});
