import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, guestFile } from "../../provider/resources";
import { type Recorded, SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
let source: string;

beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start();
  source = mkdtempSync(join(tmpdir(), "source-"));
  writeFileSync(join(source, "a.txt"), "one");
});
afterAll(async () => {
  rmSync(source, { recursive: true });
  await lifecycle.stop();
});

/** As the guest does whose clock is an hour ahead; both changes fall into one second there. */
const guestSecond = Math.floor(Date.now() / 1000) + 3600;
function writeInGuest(path: string, text: string): void {
  const here = join(lifecycle.simulator.vm("vm-1").root, path);
  mkdirSync(join(here, ".."), { recursive: true });
  writeFileSync(here, text);
  utimesSync(here, guestSecond, guestSecond);
}

describe("where the guest's clock is ahead, two changes of one second are told apart", () => {
  test("in a file that was taken over", async () => {
    writeInGuest("/srv/file", "one");
    const declared = { vm: "vm-1", path: "/srv/file", content: "one" };
    const made = await lifecycle.create(guestFile, declared);
    expect(await lifecycle.differences(guestFile, made, declared)).toEqual([]);
    writeInGuest("/srv/file", "two");
    expect(await lifecycle.differences(guestFile, made, declared)).toHaveLength(1);
  });

  test("in a tree that was taken over", async () => {
    writeInGuest("/srv/tree/a.txt", "one");
    const declared = { vm: "vm-1", path: "/srv/tree", source };
    const made = await lifecycle.create(guestDirectory, declared);
    expect(await lifecycle.differences(guestDirectory, made, declared)).toEqual([]);
    writeInGuest("/srv/tree/a.txt", "two");
    expect(await lifecycle.differences(guestDirectory, made, declared)).toHaveLength(1);
  });
});

test("what another writes into a tree while our work on its other files goes on is not taken for ours", async () => {
  const path = "/srv/shared";
  const declared = { vm: "vm-1", path, source };
  const made = await lifecycle.create(guestDirectory, declared);
  writeFileSync(join(source, "b.txt"), "new");
  // With a time of long ago, as `cp -p` and tar give it: by itself it would prove what is recorded with it.
  lifecycle.simulator.onRequest({
    method: "InitiateFileTransferToGuest",
    happens: () => {
      const there = join(lifecycle.simulator.vm("vm-1").root, path, "a.txt");
      writeFileSync(there, "two");
      utimesSync(there, 1_500_000_000, 1_500_000_000);
    },
  });
  const changed = await lifecycle.update(guestDirectory, made, declared);
  expect(await lifecycle.differences(guestDirectory, changed, declared)).toHaveLength(1);
  rmSync(join(source, "b.txt"));
});

test("a declared modification time proves nothing: other content of that time and size shows", async () => {
  const declared = { vm: "vm-1", path: "/srv/dated", content: "x", modificationTime: "2020-01-01T00:00:00Z" };
  const made = await lifecycle.create(guestFile, declared);
  expect(await lifecycle.differences(guestFile, made, declared)).toEqual([]);
  const other = await lifecycle.create(guestFile, { ...declared, content: "y" });
  expect(await lifecycle.differences(guestFile, made, declared)).toEqual([
    expect.stringContaining("content differs") as string,
  ]);
  expect(await lifecycle.differences(guestFile, other, { ...declared, content: "y" })).toEqual([]);
});

describe("of two deploys that write one file in the same second, the one whose text is not there says so", () => {
  const contents = ["one", "two"] as const;
  const declared = (path: string, content: string) => ({ vm: "vm-1", path, content });

  async function expectTruth(path: string, records: readonly Recorded[]): Promise<void> {
    const text = readFileSync(join(lifecycle.simulator.vm("vm-1").root, path), "utf8");
    for (const [index, content] of contents.entries()) {
      const record = records[index];
      if (record === undefined) throw new Error("not recorded");
      const differences = await lifecycle.differences(guestFile, record, declared(path, content));
      expect({ content, isThere: differences.length === 0 }).toEqual({ content, isThere: text === content });
    }
  }

  test("when both make it", async () => {
    const path = "/srv/raced";
    const make = (content: string) => lifecycle.create(guestFile, declared(path, content));
    await expectTruth(path, await Promise.all(contents.map(make)));
  });

  test("when both change it", async () => {
    const path = "/srv/changed";
    const before = await lifecycle.create(guestFile, declared(path, "old"));
    const change = (content: string) => lifecycle.update(guestFile, before, declared(path, content));
    await expectTruth(path, await Promise.all(contents.map(change)));
  });
});
