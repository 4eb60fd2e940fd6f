import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameBytes, publishPieceScript, writePieceScript } from "../../../../provider/guest/transfer/in-band/scripts";

const shells = [["/bin/dash"], ["/bin/bash"], ["/bin/busybox", "sh"], ["/usr/bin/busybox", "sh"]].filter(
  ([path = ""]) => existsSync(path),
);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "in-band-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a script as the guest would; resolves with its exit code. */
function run([program = "", ...before]: readonly string[], script: string, parameters: readonly string[]) {
  return new Promise<number>((resolve) => {
    const child = execFile(program, [...before, "-c", script, "sh", ...parameters]);
    child.on("exit", (code) => resolve(code ?? -1));
  });
}

function piecesOf(bytes: Buffer, pieceBytes: number): Buffer[] {
  const count = Math.ceil(bytes.length / pieceBytes);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes));
}

describe.each(shells.map((shell) => [shell.join(" "), shell] as const))("with %s", (_, shell) => {
  test("pieces make the file, in any order, twice, and at once", async () => {
    const path = join(directory, "it's a $file");
    const bytes = randomBytes(200_001);
    const sent = piecesOf(bytes, 40_200).map((piece, number) => [number, piece] as const);
    const twice = [...sent, ...sent].sort(([a], [b]) => ((a * 7) % 5) - ((b * 7) % 5));
    const codes = await Promise.all(
      twice.map(([number, piece]) =>
        run(shell, writePieceScript, [path, String(number), "40200", piece.toString("base64")]),
      ),
    );
    expect(new Set(codes)).toEqual(new Set([0]));
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("a piece that is published several times at once is told as by one", async () => {
    const path = join(directory, "data");
    const bytes = randomBytes(900 * nameBytes + 11);
    writeFileSync(path, bytes);
    for (let round = 0; round < 3; round += 1) {
      const room = join(directory, `room-${round}`);
      mkdirSync(room, { mode: 0o700 });
      const publish = () => run(shell, publishPieceScript, [room, path, "0", String(bytes.length)]);
      expect(await Promise.all([publish(), publish(), publish()])).toEqual([0, 0, 0]);
      const names = readdirSync(join(room, "0"));
      expect(names.filter((name) => name.startsWith("end."))).toEqual(["end.901"]);
      expect(names).toHaveLength(902);
      expect(readdirSync(room)).toEqual(["0"]);
    }
  });

  test("names tell the bytes of each piece; the piece before is gone", async () => {
    const path = join(directory, "data");
    const room = join(directory, "room");
    mkdirSync(room, { mode: 0o700 });
    const bytes = randomBytes(3 * nameBytes + 7);
    writeFileSync(path, bytes);
    const pieceBytes = 2 * nameBytes;
    for (const [number, piece] of piecesOf(bytes, pieceBytes).entries()) {
      const publish = () => run(shell, publishPieceScript, [room, path, String(number), String(pieceBytes)]);
      expect([await publish(), await publish()]).toEqual([0, 0]);
      const names = readdirSync(join(room, String(number)));
      const parts = names.filter((name) => !name.startsWith("end."));
      parts.sort((a, b) => Number(a.split(".")[0]) - Number(b.split(".")[0]));
      expect(names).toContain(`end.${parts.length}`);
      const told = Buffer.concat(parts.map((name) => Buffer.from(name.split(".")[1] ?? "", "base64url")));
      expect(told.equals(piece)).toBe(true);
      expect(statSync(room).mode & 0o777).toBe(0o700);
    }
    expect(readdirSync(room).filter((name) => !name.endsWith(".part"))).toEqual(["1"]);
  });

  test("what is missing has an exit code of its own", async () => {
    expect(await run(shell, writePieceScript, [join(directory, "none/x"), "0", "10", "eA=="])).toBe(122);
    expect(await run(shell, publishPieceScript, [join(directory, "room"), join(directory, "x"), "0", "10"])).toBe(123);
  });
});
