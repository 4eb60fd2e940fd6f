import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, guestFile } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

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

test("a declared modification time that is set on content as it was proves that content", async () => {
  const declared = (modificationTime: string) => ({ vm: "vm-1", path: "/srv/dated", content: "x", modificationTime });
  const made = await lifecycle.create(guestFile, declared("2020-01-01T00:00:00Z"));
  const later = declared("2021-01-01T00:00:00Z");
  const updated = await lifecycle.update(guestFile, made, later);
  expect(updated.state).toMatchObject({ modifiedAt: "2021-01-01T00:00:00.000Z" });
  lifecycle.simulator.clearCalls();
  expect(await lifecycle.differences(guestFile, updated, later)).toEqual([]);
  expect(lifecycle.simulator.calls.map(({ method }) => method)).not.toContain("GET");
});
