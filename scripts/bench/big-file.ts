import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../command";
import { type SimulatorReady, startSimulatorProcess } from "../simulator-process";
import { configFor, createBenchProject, secondsOf, simulatedLogin } from "./project";
import { peakMemoryDuring, type Skin } from "./provider-memory";

const sizeBytes = 1024 ** 3;
const blockBytes = 1024 ** 2;
/** The provider's memory stays below. Pulumi's own host of dynamic resources has most of that before it does anything. */
const limitMegabytes: Readonly<Record<Skin, number>> = { native: 150, dynamic: Infinity };
const doors: Readonly<Record<Skin, string>> = {
  native: "pulumi-vsphere-guest/native",
  dynamic: "pulumi-vsphere-guest",
};

const program = (skin: Skin, source: string) => `
const guest = require("${doors[skin]}");
const file = new guest.GuestFile("big", {
  vm: "vm-1", path: "/root/big", source: ${JSON.stringify(source)}, mode: "0600", driftDetection: "content",
}, { customTimeouts: { create: "30m" } });
exports.sha256 = file.sha256;
`;

/**
 * `npm run bench:big-file`: with the real engine and each skin a file of 1 GiB goes up as a GuestFile's source, and comes
 * back on the next up, which reads it for comparison. Prints times and the peak memory of the provider's process, as the
 * kernel recorded it; fails when that is too much.
 */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "big-file-"));
  const { password, guestPassword } = simulatedLogin;
  const options = ["--vms", "1", "--hosts", "1", "--password", password, "--guest-password", guestPassword];
  const simulator = await startSimulatorProcess(options);
  try {
    const local = join(directory, "big");
    const sha256 = await writeRandom(local);
    for (const skin of ["native", "dynamic"] as const) await measure(skin, local, sha256, simulator.ready);
  } finally {
    await simulator.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(skin: Skin, local: string, sha256: string, simulator: SimulatorReady): Promise<void> {
  const project = await createBenchProject(program(skin, local), configFor(simulator.url, simulator.certificate));
  try {
    const { stack } = project;
    const peakBytes = await peakMemoryDuring(skin, async () => {
      tell(skin, "up: hashed here, sent", await secondsOf(() => stack.up()));
      tell(skin, "up again: hashed here, read back", await secondsOf(() => stack.up({ expectNoChanges: true })));
    });
    if ((await stack.outputs())["sha256"]?.value !== sha256) throw new Error("the recorded sha256 is not the file's");
    await stack.destroy();
    report(skin, peakBytes / blockBytes);
  } finally {
    project.remove();
  }
}

function tell(skin: Skin, what: string, seconds: number): void {
  console.log(`${skin.padEnd(8)} ${what.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s`);
}

function report(skin: Skin, peakMegabytes: number): void {
  console.log(`${skin.padEnd(8)} peak memory of the provider's process: ${peakMegabytes.toFixed(0)} MB`);
  if (peakMegabytes === 0) throw new Error("no process of the provider was seen");
  if (peakMegabytes >= limitMegabytes[skin]) throw new Error(`that is not below ${limitMegabytes[skin]} MB`);
}

/** Returns its sha256. */
async function writeRandom(file: string): Promise<string> {
  const hash = createHash("sha256");
  const block = randomBytes(blockBytes);
  const handle = await open(file, "w");
  try {
    for (let written = 0; written < sizeBytes; written += blockBytes) {
      block.writeUInt32LE(written / blockBytes, 0);
      hash.update(block);
      await handle.write(block);
    }
    return hash.digest("hex");
  } finally {
    await handle.close();
  }
}

runCommand(main);
