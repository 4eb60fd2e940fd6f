import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileAsset, remoteAsset, textAsset } from "../assets";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  let directory: string;
  let served: Buffer;
  let server: Server;
  const local = () => join(directory, "file");
  const uri = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
  const declared = (name: string, source: object) => ({ vm: guest.vm, path: `/srv/${name}`, ...source });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "source-"));
    server = createServer((_, response) => response.end(served)).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
  });
  afterAll(() => {
    server.close();
    rmSync(directory, { recursive: true });
  });

  guest.rule(
    "comes in base64, from a local file of any size, from assets and from a URL; each is held to and may change",
    async () => {
      const sources = (bytes: Buffer) => {
        writeFileSync(local(), bytes);
        served = bytes;
        return {
          base64: { contentBase64: bytes.toString("base64") },
          local: { source: local() },
          asset: { source: fileAsset(local()) },
          remote: { source: remoteAsset(uri(), bytes) },
        };
      };
      const files = (["base64", "local", "asset", "remote"] as const).map((name) => ({ name, file: guest.file() }));
      const deploy = async (bytes: Buffer) => {
        const all = sources(bytes);
        const steps = new Set(await Promise.all(files.map(({ name, file }) => file.up(declared(name, all[name])))));
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        for (const { name, file } of files) {
          expect(file.state).toMatchObject({ sizeBytes: bytes.length, sha256 });
          expect(readFileSync(guest.at(`/srv/${name}`)).equals(bytes)).toBe(true);
        }
        return [...steps];
      };
      const small = Buffer.from([0, 255, 13, 10, 128]);
      expect(await deploy(small)).toEqual(["create"]);
      for (const { name } of files) {
        writeFileSync(guest.at(`/srv/${name}`), "12345");
        utimesSync(guest.at(`/srv/${name}`), 1_000, 1_000);
      }
      expect(await deploy(small)).toEqual(["update"]);
      for (const { name, file } of files) expect(file.said).toContain(`/srv/${name}: content differs, 5 bytes (sha256`);
      expect(await deploy(randomBytes(3 * 1024 * 1024 + 1))).toEqual(["update"]);
    },
  );

  guest.rule("keeps its line endings and its encoding, and may be empty however it is given", async () => {
    const text = "a\r\nb\n\ufeffü\ttab\\n ";
    const asset = guest.file();
    await Promise.all([
      guest.file().up(declared("text", { content: text })),
      guest.file().up(declared("empty", { content: "" })),
      guest.file().up(declared("empty-base64", { contentBase64: "" })),
      asset.up(declared("empty-asset", { source: textAsset("") })),
    ]);
    expect(readFileSync(guest.at("/srv/text"), "utf8")).toBe(text);
    for (const name of ["empty", "empty-base64", "empty-asset"]) {
      expect(statSync(guest.at(`/srv/${name}`)).size).toBe(0);
    }
    writeFileSync(guest.at("/srv/empty-asset"), "tampered");
    expect(await asset.up(declared("empty-asset", { source: textAsset("") }))).toBe("update");
    expect(statSync(guest.at("/srv/empty-asset")).size).toBe(0);
  });

  guest.rule("is left alone where none is declared", async () => {
    const file = guest.file();
    expect(await file.up(declared("bare", { mode: "0600" }))).toBe("create");
    writeFileSync(guest.at("/srv/bare"), "somebody's");
    expect(await file.up(declared("bare", { mode: "0640" }))).toBe("update");
    expect(readFileSync(guest.at("/srv/bare"), "utf8")).toBe("somebody's");
  });

  guest.rule("that can't be had is told before the guest is touched", async () => {
    const missing = guest.file().up(declared("missing", { source: join(directory, "missing") }));
    await expect(missing).rejects.toThrow(/source .*missing cannot be read on this machine/);
  });
});
