import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { settingsFor, withSimulator } from "./workbench";

/** The compiled code is run, as users run it; `npm test` compiles first. */
const project = resolve(__dirname, "../../..");

function program(settings: object, then: string): string {
  return `
    const { vcenterFor } = require(${JSON.stringify(join(project, "dist/provider/guest/vcenter-pool.js"))});
    const log = { debug() {}, info() {}, warn() {} };
    const op = { signal: new AbortController().signal, deadlineMs: Date.now() + 30_000, log, secretInputs: new Set() };
    vcenterFor(${JSON.stringify(settings)}).findVirtualMachine("vm-1", op).then(() => { ${then} });
  `;
}

test.each([
  ["the end of its work", "", 0, null],
  ["SIGINT", "console.log('ready'); setInterval(() => {}, 1000);", null, "SIGINT"],
  ["SIGTERM", "console.log('ready'); setInterval(() => {}, 1000);", null, "SIGTERM"],
] as const)("a process that ends by %s has logged out", async (_, then, exitCode, endedBy) => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    const child = spawn(process.execPath, ["-e", program(settingsFor(simulator), then)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout.once("data", () => child.kill(endedBy ?? "SIGKILL"));
    const end = await new Promise((done) => child.once("close", (code, signal) => done({ code, signal })));
    expect(end).toEqual({ code: exitCode, signal: endedBy });
    expect(simulator.calls.map((call) => call.method)).toContain("Login");
    expect(simulator.sessions).toBe(0);
  });
});
