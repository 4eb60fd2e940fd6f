import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tar from "tar";
import { sourceTree } from "../../provider/resources/guest-directory/source/directory-source";
import { tooLarge, upTo } from "../../provider/resources/sources/byte-limit";
import { privateDirectory } from "../../provider/resources/sources/private-directory";
import { fetchRemoteAsset } from "../../provider/resources/sources/remote-asset";

/** What a source holds was put there by its author, who may not be its user: it ends, and what it leaves behind goes. */
let directory = "";
const never = () => new AbortController().signal;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sources-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const read = (source: string, signal = never()) => sourceTree({ source }, signal).catch((error: unknown) => error);
const kept = () => readdirSync(privateDirectory());

describe("links in a source", () => {
  test.each([
    ["to the directory that it is in", "."],
    ["to the source itself", ".."],
  ])("%s: refused, since it has no end", async (_, target) => {
    mkdirSync(join(directory, "sub"));
    symlinkSync(target, join(directory, "sub", "again"));
    expect(await read(directory)).toMatchObject({
      code: "INVALID_INPUT",
      message: `source ${join(directory, "sub", "again")}: it is a link to a directory that holds it, so it has no end`,
    });
  });

  test("that lead to each other are a plain error", async () => {
    symlinkSync("b", join(directory, "a"));
    symlinkSync("a", join(directory, "b"));
    expect(await read(directory)).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(/^source .* cannot be read, on the machine that runs Pulumi: ELOOP/),
    });
  });

  test("that double what is below at each step, in an archive of some kilobytes, end at a limit", async () => {
    const content = join(directory, "content");
    mkdirSync(join(content, "level-0"), { recursive: true });
    writeFileSync(join(content, "level-0", "file"), "x");
    for (let level = 1; level <= 20; level += 1) {
      mkdirSync(join(content, `level-${level}`));
      for (const name of ["left", "right"]) symlinkSync(`../level-${level - 1}`, join(content, `level-${level}`, name));
    }
    const archive = join(directory, "doubling.tar");
    await tar.c({ cwd: content, file: archive }, ["."]);
    expect(await read(archive)).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(/the source has more than 200000 files and directories/),
    });
  });

  test("of a sane kind are followed: two names of one directory, and of one file", async () => {
    mkdirSync(join(directory, "one"));
    writeFileSync(join(directory, "one", "file"), "x");
    symlinkSync("one", join(directory, "two"));
    symlinkSync("one/file", join(directory, "three"));
    expect(await read(directory)).toMatchObject({ directories: ["one", "two"] });
    const tree = (await sourceTree({ source: directory }, never()))!;
    expect([...tree.files.keys()]).toEqual(["one/file", "three", "two/file"]);
  });
});

describe("what is unpacked", () => {
  test("of an archive that is refused goes at once", async () => {
    const before = kept();
    writeFileSync(join(directory, "noise.tar"), "no archive at all, and long enough to be looked at".repeat(100));
    expect(await read(join(directory, "noise.tar"))).toMatchObject({ code: "INVALID_INPUT" });
    expect(kept()).toEqual(before);
  });

  test("is given up with the signal, unless another waits for it", async () => {
    const content = join(directory, "content");
    mkdirSync(content);
    for (let i = 0; i < 300; i += 1) writeFileSync(join(content, `file-${i}`), "x");
    await tar.c({ cwd: content, file: join(directory, "many.tar") }, ["."]);
    const leaving = new AbortController();
    const before = kept();
    const alone = read(join(directory, "many.tar"), leaving.signal);
    leaving.abort();
    expect(await alone).toMatchObject({ code: "CANCELLED" });
    const both = new AbortController();
    const [left, stayed] = [read(join(directory, "many.tar"), both.signal), read(join(directory, "many.tar"))];
    both.abort();
    expect(await left).toMatchObject({ code: "CANCELLED" });
    expect(await stayed).toMatchObject({ directories: [] });
    expect(kept().length).toBe(before.length + 1);
  });

  test("is kept for the next, though all who asked for it are cancelled later", async () => {
    const content = join(directory, "content");
    mkdirSync(content);
    writeFileSync(join(content, "file"), "x");
    const archive = join(directory, "kept.tar");
    await tar.c({ cwd: content, file: archive }, ["."]);
    const [first, later] = [new AbortController(), new AbortController()];
    await read(archive, first.signal);
    first.abort();
    const before = kept();
    await read(archive, later.signal);
    later.abort();
    await read(archive);
    expect(kept()).toEqual(before);
  });
});

describe("a remote source", () => {
  async function fetched(answer: (reply: ServerResponse) => void, path = "/file"): Promise<unknown> {
    const server = createServer((_, reply) => answer(reply));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      return await fetchRemoteAsset(`http://user:word@127.0.0.1:${port}${path}?token=secret`, never()).catch(
        (error: unknown) => error,
      );
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test("that says it is larger than the disk is refused before it is fetched", async () => {
    const before = kept();
    const error = await fetched((reply) => reply.writeHead(200, { "content-length": String(2 ** 50) }).write("x"));
    expect(error).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(
        /^source http:\/\/127.0.0.1:\d+\/file has more than \d+ bytes, half of what is free/,
      ),
    });
    expect(kept()).toEqual(before);
  });

  test("that breaks off is a plain error, and leaves nothing", async () => {
    const before = kept();
    const error = await fetched((reply) => {
      reply.writeHead(200, { "content-length": "100" }).write("x", () => reply.destroy());
    });
    expect(error).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(
        /^source http:\/\/127.0.0.1:\d+\/file cannot be fetched: the connection was closed$/,
      ),
    });
    expect(kept()).toEqual(before);
  });

  test.each([
    ["nowhere", "source nowhere is no URI"],
    ["ftp://host/file", "source ftp://host/file: only http, https and file URIs can be read"],
    ["file://host/file", expect.stringMatching(/^source file:\/\/host\/file names no file of this machine/)],
    ["http://127.0.0.1:1/", "source http://127.0.0.1:1/ cannot be fetched: connection refused"],
  ])("%s: says what is wrong", async (uri, message) => {
    await expect(fetchRemoteAsset(uri, never())).rejects.toMatchObject({ code: "INVALID_INPUT", message });
  });

  test("is counted while it comes", async () => {
    async function* chunks() {
      for (;;) yield Buffer.alloc(10);
    }
    const passed: number[] = [];
    const all = (async () => {
      for await (const chunk of upTo(25, "it has", chunks())) passed.push(chunk.length);
    })();
    await expect(all).rejects.toEqual(tooLarge("it has", 25));
    expect(passed).toEqual([10, 10]);
    expect(existsSync(privateDirectory())).toBe(true);
  });
});
