import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VCenter } from "../../provider/guest/vcenter";
import { create } from "../../provider/lifecycle/create";
import { guestFile } from "../../provider/resources";
import type { ResourceKind } from "../../provider/resources/resource-kind";
import { startSimulatorProcess } from "../simulator-process";

const sizeBytes = 1024 ** 3;
const blockBytes = 1024 ** 2;
/** Issue 5: the provider's memory stays below. */
const limitMegabytes = 150;
const login = { username: "root", password: "simulated", interactiveSession: false };
const vm = { name: "vm-1" };
const path = "/root/big";

/**
 * `npm run bench:big-file`: a file of 1 GiB goes up as a GuestFile's source and comes back as a stream. This process is
 * the provider, the simulator another one. Prints times and the provider's peak memory; fails when that is too much.
 */
async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "big-file-"));
  const simulator = await startSimulatorProcess(["--vms", "1", "--hosts", "1"]);
  const source = new VCenter({
    server: simulator.ready.url,
    user: "administrator@vsphere.local",
    password: "simulated",
    allowUnverifiedSsl: false,
    caFile: simulator.ready.certificate,
    keepAliveMinutes: 10,
    apiTimeoutMinutes: 5,
  });
  try {
    const local = join(directory, "big");
    const wanted = await timed("writing the local file", () => writeRandom(local));
    const log = { debug: () => {}, info: console.log, warn: console.log };
    const context = { signal: new AbortController().signal, log, connect: () => ({ source, guestLogin: login }) };
    const inputs = { vm, path, source: local, mode: "0600", timeoutSeconds: 1_800 };
    const kind = guestFile as unknown as ResourceKind<object, object>;
    const { state } = await timed("up: create GuestFile", () =>
      create(kind, { inputs, secretInputs: new Set() }, context),
    );
    if (state["sha256"] !== wanted) throw new Error("the recorded sha256 is not that of the file");
    const op = { signal: context.signal, deadlineMs: Date.now() + 1_800_000, log, secretInputs: new Set<string>() };
    const guest = await source.guest(vm, login, op);
    const found = await timed("back: read stream, with sha256", async () =>
      sha256Of((await guest.files.read(path, op)).body),
    );
    if (found !== wanted) throw new Error("what came back is not what went up");
    report();
  } finally {
    await source.close();
    await simulator.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(): void {
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  console.log(`peak memory of the provider's process: ${peakMegabytes.toFixed(0)} MB, limit ${limitMegabytes} MB`);
  if (peakMegabytes >= limitMegabytes) throw new Error("the provider took more memory than it may");
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

async function sha256Of(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = Date.now();
  const result = await work();
  const seconds = (Date.now() - startedMs) / 1000;
  const megabytesPerSecond = sizeBytes / blockBytes / seconds;
  console.log(
    `${what.padEnd(32)} ${seconds.toFixed(1).padStart(6)} s  ${megabytesPerSecond.toFixed(0).padStart(5)} MB/s`,
  );
  return result;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
