import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { GuestError } from "../../provider/errors/guest-error";
import { exclusion } from "../../provider/resources/guest-directory/source/exclusion";
import { readSourceTree } from "../../provider/resources/guest-directory/source/source-tree";
import { unpackArchive } from "../../provider/resources/guest-directory/source/unpack-archive";
import { UnpackingLimits } from "../../provider/resources/guest-directory/source/unpacking-limits";
import { zipFile } from "../lifecycle/guest-directory/zip-file";

/** An archive comes from where its author likes: it writes into its own directory only, and not without end. */
let directory = "";
const target = () => join(directory, "target");
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "archives-"));
  mkdirSync(target());
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function unpack(name: string, bytes: Buffer): Promise<unknown> {
  writeFileSync(join(directory, name), bytes);
  return unpackArchive(join(directory, name), name, target(), new AbortController().signal).catch(
    (error: unknown) => error,
  );
}

/** One entry of a tar file as POSIX describes it, whose header may announce more bytes than follow. */
function tarEntry(name: Buffer, sizeBytes: number, content: Buffer = Buffer.alloc(0), type = "0"): Buffer {
  const header = Buffer.alloc(512);
  name.subarray(0, 100).copy(header);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  if (sizeBytes < 8 ** 11) header.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124);
  else {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
const tarEnd = Buffer.alloc(1024);

test("what unpacks to more than half of the free disk is refused before it is written", async () => {
  const bomb = gzipSync(Buffer.concat([tarEntry(Buffer.from("small"), 0), tarEntry(Buffer.from("bomb"), 2 ** 50)]));
  for (const [name, bytes] of [
    ["bomb.tgz", bomb],
    ["bomb.tar", Buffer.concat([tarEntry(Buffer.from("bomb"), 2 ** 50), tarEnd])],
  ] as const) {
    expect(await unpack(name, bytes)).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(new RegExp(`^source ${name} can't be unpacked .* half of what is free`)),
    });
    expect(readdirSync(target())).not.toContain("bomb");
  }
});

test("entries, bytes and depth are counted", () => {
  const told = (limits: UnpackingLimits, entries: readonly (readonly [string, number])[]) =>
    entries.map(([name, sizeBytes]) => limits.exceededBy(name, sizeBytes) !== undefined);
  expect(
    told(new UnpackingLimits(100), [
      ["a", 60],
      ["b", 40],
      ["c", 1],
    ]),
  ).toEqual([false, false, true]);
  expect(
    told(new UnpackingLimits(100), [
      ["d/".repeat(150), 0],
      ["d/".repeat(201), 0],
    ]),
  ).toEqual([false, true]);
  const many = new UnpackingLimits(1e9);
  const first = Array.from({ length: 200_000 }, () => many.exceededBy("x", 0)).filter((reason) => reason !== undefined);
  expect(first).toEqual([]);
  expect(many.exceededBy("x", 0)).toBe("it has more than 200000 entries");
  const deep = new UnpackingLimits(1e9);
  const entries = Array.from({ length: 2_000 }, (_, i) => deep.exceededBy(`${i}/${"d/".repeat(150)}f`, 0));
  const isRefused = entries.map((reason) => reason !== undefined);
  expect(isRefused.indexOf(true)).toBe(Math.floor(200_000 / 152));
});

test("damaged archives and entries that lead out are plain errors", async () => {
  const leadsOut = Buffer.concat([tarEntry(Buffer.from("../out"), 2, Buffer.from("x\n")), tarEnd]);
  for (const [name, bytes] of [
    ["noise.tgz", Buffer.from("no gzip at all")],
    ["noise.zip", Buffer.from("no zip at all")],
    ["cut.tgz", gzipSync(Buffer.alloc(100_000, "x")).subarray(0, 50)],
    ["out.tar", leadsOut],
    ["out.zip", zipFile({ "../out": "x" })],
    ["absolute.zip", zipFile({ "/out": "x" })],
  ] as const) {
    const error = await unpack(name, bytes);
    expect(error).toBeInstanceOf(GuestError);
    expect((error as GuestError).message).toMatch(new RegExp(`^source ${name} can't be unpacked on the machine`));
  }
  expect(existsSync(join(directory, "out"))).toBe(false);
});

test("a name that no state can hold is refused, or excluded; below others it is a name as any", async () => {
  for (const name of ["constructor", "sub/__proto__", "toString"]) {
    mkdirSync(join(target(), "sub"), { recursive: true });
    writeFileSync(join(target(), name), "x");
  }
  const names = async (exclude: readonly string[] = []) => [
    ...(await readSourceTree(target(), exclusion(exclude), new AbortController().signal)).files.keys(),
  ];
  expect(await names()).toEqual(["constructor", "sub/__proto__", "toString"]);
  writeFileSync(join(target(), "__proto__"), "x");
  await expect(names()).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining("no state can hold"),
  });
  expect(await names(["/__proto__", "__proto__"])).toEqual(["constructor", "toString"]);
});

test("whatever stands in an archive, nothing is written beside its directory", async () => {
  const part = fc.oneof(
    fc.constantFrom("..", ".", "", "a", "b", "C:", "\\", "con", "__proto__"),
    fc.string({ unit: "binary", maxLength: 8 }).filter((text) => !text.includes("\0")),
  );
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
  const entry = fc.record({
    name,
    type: fc.constantFrom("0", "5", "2", "1", "x", "g", "L"),
    sizeBytes: fc.nat({ max: 700 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
      const parts = entries.map((one) =>
        tarEntry(Buffer.from(one.name), one.sizeBytes, Buffer.alloc(one.sizeBytes, "x"), one.type),
      );
      const tarred = await unpack("fuzz.tar", Buffer.concat([...parts, tarEnd]));
      const zipped = await unpack("fuzz.zip", zipFile(Object.fromEntries(entries.map((one) => [one.name, "x"]))));
      for (const outcome of [tarred, zipped]) if (outcome !== undefined) expect(outcome).toBeInstanceOf(GuestError);
      expect(readdirSync(directory).sort()).toEqual(["fuzz.tar", "fuzz.zip", "target"]);
      rmSync(target(), { recursive: true });
      mkdirSync(target());
    }),
    // Each run writes files.
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 5_000) / 100 },
  );
});
