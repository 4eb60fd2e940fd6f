import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { writerMark } from "../../../../provider/guest/files/temporary/writer-mark";
import { openSimulatedGuest, operation, type SimulatedGuest } from "../simulated-guest";

let at: SimulatedGuest;

beforeAll(async () => {
  at = await openSimulatedGuest();
});
afterAll(() => at.close());

test("writes take away what a killed deploy left of the same file a moment ago, and leave it to one that goes on", async () => {
  const inGuest = "/srv/left";
  const here = `${at.vm.root}${inGuest}`;
  mkdirSync(here, { recursive: true });
  const bytes = Buffer.from("new");
  const content = { sizeBytes: bytes.length, open: () => Readable.from([bytes]) };
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], { stdio: "ignore" });
  const nameOf = (pid: number | undefined, endSeconds: number) => {
    const mark = writerMark(endSeconds * 1000).replace(/[0-9a-f]+$/, (pid ?? 0).toString(16));
    return `.file.0123456789ab${mark}.pulumi`;
  };
  const [now, ended] = [Math.floor(Date.now() / 1000), once(child, "exit")];
  const goingOn = nameOf(child.pid, now);
  const overtime = nameOf(child.pid, now - 3600);
  const elsewhere = goingOn.replace(/-[0-9a-f]{8}-(?=[0-9a-f]+\.pulumi$)/, "-0a0b0c0d-");
  for (const name of [goingOn, overtime, elsewhere]) writeFileSync(`${here}/${name}`, "part");
  await at.guest.files.write(`${inGuest}/file`, content, { attributes: { mode: 0o644 } }, operation());
  expect(readdirSync(here).sort()).toEqual(["file", goingOn, elsewhere].sort());
  child.kill("SIGKILL");
  await ended;
  await at.guest.files.sweepLeftovers(`${inGuest}/file`, operation());
  expect(readdirSync(here).sort()).toEqual(["file", elsewhere].sort());
});
