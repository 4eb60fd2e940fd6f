import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { settingsFor, withSimulator } from "./workbench";

const project = resolve(__dirname, "../../..");

/** Runs TypeScript of the project in a process of its own. */
const LOADER = `
  const { transformSync } = require(${JSON.stringify(join(project, "node_modules/@swc/core"))});
  const { readFileSync } = require("node:fs");
  require.extensions[".ts"] = (module, filename) =>
    module._compile(transformSync(readFileSync(filename, "utf8"), {
      filename, jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }).code, filename);
`;

function program(settings: object, then: string): string {
  return `${LOADER}
    const { vcenterFor } = require(${JSON.stringify(join(project, "provider/guest/vcenter.ts"))});
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
