import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import * as tar from "tar";
import { assetArchive, fileArchive, fileAsset, remoteArchive, textAsset } from "../assets";
import { inOneGuest } from "../one-guest";
import { LocalTree, pathsBelow } from "./local-tree";
import { zipFile } from "./zip-file";

const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];
const files = {
  "index.html": "<p>hi</p>",
  "css/a.css": "a{}",
  "css/b.css": "b{}",
  "deep/er/x y 'z'.txt": "x",
  "empty.txt": "",
};

inOneGuest(
  (guest) => {
    const trees: LocalTree[] = [];
    const declared = (name: string, more: object = {}) => ({ vm: guest.vm, path: `/srv/${name}`, ...more });
    const at = (path: string) => guest.at(`/srv/${path}`);
    const modeOf = (path: string) => (statSync(at(path)).mode & 0o7777).toString(8);
    afterAll(() => trees.forEach((tree) => tree.remove()));

    function localTree(content: Readonly<Record<string, string>> = files): LocalTree {
      const tree = new LocalTree(content);
      trees.push(tree);
      return tree;
    }

    function expectSame(name: string) {
      expect(pathsBelow(at(name))).toEqual([...Object.keys(files), "css", "deep", "deep/er"].sort());
      for (const [path, text] of Object.entries(files)) expect(readFileSync(at(`${name}/${path}`), "utf8")).toBe(text);
    }

    async function pack(name: string): Promise<string> {
      const file = localTree({}).at(name);
      if (name.endsWith(".zip")) writeFileSync(file, zipFile(files));
      else await tar.c({ cwd: localTree().path, file, gzip: !name.endsWith(".tar") }, ["."]);
      return file;
    }

    guest.rule(
      "a directory comes in one transfer, with the modes and the owner asked for, and is taken away",
      async () => {
        const source = localTree();
        const directory = guest.directory();
        const modes = { mode: "0711", fileMode: "0640", directoryMode: "0750", owner: "app", group: 1001 };
        const inputs = declared("modes", { source: source.path, ...modes });
        const requests = await guest.together(async () => {
          guest.simulator.clearCalls();
          await directory.upWithin(inputs);
          return guest.simulator.calls.map(({ method }) => method);
        });
        expect(requests.filter((method) => method === "PUT")).toHaveLength(1);
        expectSame("modes");
        expect([modeOf("modes"), modeOf("modes/css"), modeOf("modes/css/a.css")]).toEqual(["711", "750", "640"]);
        for (const path of ["modes", "modes/css", "modes/css/a.css", "modes/deep/er"]) {
          expect([statSync(at(path)).uid, statSync(at(path)).gid]).toEqual([1001, 1001]);
        }
        expect(await directory.up({ ...inputs, fileMode: "0600", owner: "root" })).toBe("update");
        expect([modeOf("modes/css/a.css"), statSync(at("modes/css")).uid]).toEqual(["600", 0]);
        await directory.destroy();
        expect(existsSync(at("modes"))).toBe(false);
      },
    );

    guest.rule("without modes declared new files have 0644, new directories 0755", async () => {
      await guest.directory().up(declared("usual", { source: localTree().path }));
      expect([modeOf("usual"), modeOf("usual/css"), modeOf("usual/css/a.css")]).toEqual(["755", "755", "644"]);
    });

    for (const [what, names] of [
      ["in an archive", ["a", "b", "c", "d", "e"]],
      ["one by one", ["a"]],
    ] as const) {
      guest.rule(
        `files that are there already keep the mode and the owner that are not declared, sent ${what}`,
        async () => {
          const name = `kept-${names.length}`;
          mkdirSync(at(name));
          for (const file of names) {
            writeFileSync(at(`${name}/${file}`), "before");
            chownSync(at(`${name}/${file}`), 33, 42);
            chmodSync(at(`${name}/${file}`), file === "b" ? 0o4710 : 0o600);
          }
          const source = localTree(Object.fromEntries(names.map((file) => [file, `new ${file}`])));
          await guest.directory().up(declared(name, { source: source.path }));
          for (const file of names) {
            const { uid, gid } = statSync(at(`${name}/${file}`));
            const found = [readFileSync(at(`${name}/${file}`), "utf8"), modeOf(`${name}/${file}`), uid, gid];
            expect(found).toEqual([`new ${file}`, file === "b" ? "4710" : "600", 33, 42]);
          }
        },
      );
    }

    guest.rule("what a login may not give to others is not lent to them either", async () => {
      mkdirSync(at("lent"));
      chownSync(at("lent"), 1001, 1001);
      const names = ["a", "b", "c", "d"];
      for (const file of names) {
        writeFileSync(at(`lent/${file}`), "before");
        chownSync(at(`lent/${file}`), 33, 42);
        chmodSync(at(`lent/${file}`), 0o4755);
      }
      const source = localTree(Object.fromEntries(names.map((file) => [file, `new ${file}`])));
      const app = { guest: { username: "app", password: "app" } };
      await guest.directory().up(declared("lent", { source: source.path, ...app }));
      for (const file of names) {
        expect([readFileSync(at(`lent/${file}`), "utf8"), modeOf(`lent/${file}`)]).toEqual([`new ${file}`, "755"]);
      }
    });

    guest.rule("of a secret source new files have 0600, new directories 0700", async () => {
      const source = localTree();
      const directory = guest.directory();
      const inputs = declared("secret", { source: source.path });
      await directory.up(inputs, ["source"]);
      expect([modeOf("secret/css"), modeOf("secret/css/a.css")]).toEqual(["700", "600"]);
      expect(await directory.up(inputs, ["source"])).toBe("same");
    });

    guest.rule("archives are sources as well: tar, gzipped tar and zip", async () => {
      const names = ["a.tar", "a.tar.gz", "a.tgz", "a.zip"];
      const up = async (name: string) => guest.directory().up(declared(name, { source: await pack(name) }));
      expect(new Set(await Promise.all(names.map(up)))).toEqual(new Set(["create"]));
      names.forEach(expectSame);
    });

    guest.rule("so are Pulumi's archives, of which a diff tells the hash alone", async () => {
      const source = localTree();
      const zip = await pack("a.zip");
      const server = createServer((_, response) => response.end(readFileSync(zip))).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.zip`;
      const assetOf = (path: string) =>
        path.endsWith(".css") ? fileAsset(source.at(path)) : textAsset(readFileSync(source.at(path), "utf8"));
      const sources = () => ({
        "of-directory": fileArchive(source.path),
        "of-zip": fileArchive(zip),
        "of-url": remoteArchive(uri, zip),
        "of-assets": assetArchive(Object.fromEntries(Object.keys(files).map((path) => [path, assetOf(path)]))),
      });
      const names = ["of-directory", "of-zip", "of-url", "of-assets"] as const;
      const directories = names.map((name) => ({ name, directory: guest.directory() }));
      const deploy = async () => {
        const up = async ({ name, directory }: (typeof directories)[number]) =>
          [name, await directory.up(declared(name, { source: sources()[name] }))] as const;
        return Object.fromEntries(await Promise.all(directories.map(up)));
      };
      try {
        await deploy();
        names.forEach(expectSame);
        for (const name of names) writeFileSync(at(`${name}/css/a.css`), "tampered");
        await deploy();
        for (const { name, directory } of directories)
          expect(directory.said).toContain(`/srv/${name}: css/a.css: content differs: 8 bytes in the guest`);
        names.forEach(expectSame);
        source.write("index.html", "<p>new</p>");
        expect(await deploy()).toMatchObject({ "of-directory": "update", "of-zip": "same", "of-url": "same" });
        expect(readFileSync(at("of-directory/index.html"), "utf8")).toBe("<p>new</p>");
      } finally {
        server.close();
      }
    });

    guest.rule("entries of archives may not lead out of the directory", async () => {
      const packed = localTree({});
      const source = localTree();
      writeFileSync(packed.at("out.zip"), zipFile({ "../out": "" }));
      const zip = guest.directory().up(declared("out.zip", { source: packed.at("out.zip") }));
      await expect(zip).rejects.toThrow(/\.\.\/out/);
      await tar.c({ cwd: source.at("css"), file: packed.at("out.tar"), preservePaths: true }, ["../index.html"]);
      const tarred = guest.directory().up(declared("out.tar", { source: packed.at("out.tar") }));
      await expect(tarred).rejects.toThrow(/\.\.\/index\.html|contains '\.\.'/);
      expect(readdirSync(at("")).filter((name) => name.startsWith("out"))).toEqual([]);
    });

    guest.rule("links of the source may not lead out of it", async () => {
      const source = localTree();
      symlinkSync("index.html", source.at("link.html"));
      await guest.directory().up(declared("linked", { source: source.path }));
      expect(readFileSync(at("linked/link.html"), "utf8")).toBe(files["index.html"]);
      symlinkSync(dirname(source.path), source.at("out"));
      const refused = guest.directory().up(declared("refused", { source: source.path }));
      await expect(refused).rejects.toThrow("is a link that leads out of the source directory");
    });

    guest.rule("a source that can't be read is told before the guest is touched", async () => {
      const source = localTree();
      const missing = guest.directory().up(declared("missing", { source: join(source.path, "none") }));
      await expect(missing).rejects.toThrow("cannot be read on this machine");
      expect(existsSync(at("missing"))).toBe(false);
    });
  },
  { guestUsers },
);
