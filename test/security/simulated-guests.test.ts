import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator, type Simulator } from "../../simulator";
import { eve } from "./neighbour";

/** What another user of the machine that runs a simulator as root gets at. */
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;
const passer = { uid: 1234, gid: 1234, encoding: "utf8" } as const;

asRoot("the guests of a simulator that root runs", () => {
  let simulator: Simulator;
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "simulated-guests-"));
    chmodSync(directory, 0o755);
  });
  afterEach(async () => {
    await simulator.stop();
    rmSync(directory, { recursive: true });
  });

  test.each([
    ["in a directory of its own", () => undefined],
    ["in a directory that was given", () => join(directory, "data")],
    ["in one that is there and open to all", () => directory],
  ])("%s: nobody reads their files or runs what is set-id in them", async (_, place) => {
    const dataDirectory = place();
    if (dataDirectory !== undefined) mkdirSync(join(dataDirectory, "guests"), { recursive: true, mode: 0o777 });
    simulator = await startSimulator({ vms: 1, guestUsers: [eve], ...(dataDirectory && { dataDirectory }) });
    const { root } = simulator.vm("vm-1");
    writeFileSync(join(root, "srv", "open"), "text", { mode: 0o644 });
    copyFileSync("/usr/bin/id", join(root, "srv", "set-id"));
    chmodSync(join(root, "srv", "set-id"), 0o4755);
    expect(statSync(join(root, "srv", "set-id")).mode & 0o7777).toBe(0o4755);
    const read = spawnSync("cat", [join(root, "srv", "open")], passer);
    expect([read.stdout, read.stderr]).toEqual(["", expect.stringContaining("Permission denied")]);
    const run = spawnSync(join(root, "srv", "set-id"), ["-u"], passer);
    expect(run.error).toMatchObject({ code: "EACCES" });
    expect(spawnSync("ls", [join(root, "..")], passer).status).not.toBe(0);
  });
});
