import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, guestFile } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
const vm = "vm-1";
const inGuest = (path: string) => join(lifecycle.simulator.vm(vm).root, path);

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start();
});
afterAll(() => lifecycle.stop());

describe("in a POSIX guest a backslash is a character as any other", () => {
  test("in a tree and what is purged from it", async () => {
    const source = mkdtempSync(join(tmpdir(), "source-"));
    try {
      for (const name of ["b", "a\\b"]) writeFileSync(join(source, name), name);
      const declared = { vm, path: "/srv/tree", source, purge: true };
      const made = await lifecycle.create(guestDirectory, declared);
      expect(readdirSync(inGuest("/srv/tree")).sort()).toEqual(["a\\b", "b"]);
      expect(await lifecycle.differences(guestDirectory, made, declared)).toEqual([]);
      writeFileSync(inGuest("/srv/tree/x\\b"), "foreign");
      await lifecycle.update(guestDirectory, made, declared);
      expect(readdirSync(inGuest("/srv/tree")).sort()).toEqual(["a\\b", "b"]);
    } finally {
      rmSync(source, { recursive: true });
    }
  });

  test("in directories above a file, in a link that is followed, and in a backup's name", async () => {
    await lifecycle.create(guestFile, { vm, path: "/srv/we\\ird/up\\per/file", content: "x", createParents: true });
    expect(readdirSync(inGuest("/srv/we\\ird"))).toEqual(["up\\per"]);

    mkdirSync(inGuest("/srv/links\\here"));
    symlinkSync("target", inGuest("/srv/links\\here/link"));
    await lifecycle.create(guestFile, { vm, path: "/srv/links\\here/link", content: "x", symlinks: "follow" });
    expect(readFileSync(inGuest("/srv/links\\here/target"), "utf8")).toBe("x");

    mkdirSync(inGuest("/srv/backups"));
    writeFileSync(inGuest("/srv/old\\name"), "old");
    await lifecycle.create(guestFile, {
      vm,
      path: "/srv/old\\name",
      content: "x",
      backup: { directory: "/srv/backups" },
    });
    expect(readdirSync(inGuest("/srv/backups"))).toEqual(["srv!old\\name"]);
  });
});

test("a Windows path is refused in a POSIX guest, by name", async () => {
  await expect(lifecycle.create(guestFile, { vm, path: "C:\\app.conf", content: "x" })).rejects.toThrow(
    "vm-1 C:\\app.conf: is a Windows path, and this is a POSIX guest.",
  );
});
