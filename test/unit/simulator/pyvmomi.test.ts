import { execFile, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { startSimulator, type Simulator } from "../../../simulator";

const pyvmomi = "pyvmomi==9.1.1.0";
const environment = resolve(__dirname, "../../../.cache/pyvmomi");
const python = join(environment, "bin", "python");

/** A virtual environment with pyVmomi, made at its first use and kept. */
async function installPyvmomi(): Promise<void> {
  if (!existsSync(python)) await promisify(execFile)("python3", ["-m", "venv", environment]);
  await promisify(execFile)(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", pyvmomi]);
}

/** Runs the Python program with these settings on stdin; resolves to the JSON that it prints. */
async function runClient(settings: object): Promise<Record<string, unknown>> {
  const child = spawn(python, [join(__dirname, "clients", "pyvmomi_client.py")]);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(JSON.stringify(settings));
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`the pyVmomi program failed:\n${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const hasPython = spawnSync("python3", ["-m", "venv", "--help"]).status === 0;
if (!hasPython) process.stderr.write("SKIPPED: python3 with venv is missing, so pyVmomi is not tried\n");

(hasPython ? describe : describe.skip)("pyVmomi", () => {
  let simulator: Simulator;
  beforeAll(installPyvmomi, 240_000);
  // Tasks take so long that their clients see them running.
  beforeEach(async () => (simulator = await startSimulator({ taskMilliseconds: 300 })));
  afterEach(() => simulator.stop());

  test("logs in, walks the inventory and does every guest operation, trusting the printed certificate alone", async () => {
    const { hostname, port } = new URL(simulator.url);
    const result = await runClient({
      host: hostname,
      port: Number(port),
      certificate: simulator.certificate,
      user: "administrator@vsphere.local",
      password: "simulated",
      guestUser: "root",
      guestPassword: "simulated",
    });
    expect(result).toEqual({
      about: "VMware vCenter Server 8.0.2 build-0 (vsphere-guest simulator)",
      vms: ["vm-1", "vm-2"],
      uuidFound: true,
      ready: true,
      family: "linuxGuest",
      certificate: simulator.hosts[0]?.certificatePem,
      thumbprint: simulator.hosts[0]?.sha1Thumbprint,
      exists: "FileAlreadyExists",
      temporary: true,
      listing: [
        ["deep", "directory", 0o700],
        ["directory", "directory", 0o700],
        ["moved", "file", 0o600],
      ],
      content: "tëxt <&>\r\n",
      exitCode: 3,
      terminated: "GuestProcessNotFound",
      environment: ["HOME=/root"],
      missing: "FileNotFound",
      wrongPassword: "InvalidGuestLogin",
      acquire: "OperationNotSupportedByGuest",
      release: "OperationNotSupportedByGuest",
      aliases: ["ada"],
      mappedAliases: ["root"],
      aliasesLeft: 0,
      registry: Array<string>(6).fill("OperationNotSupportedByGuest"),
      off: "poweredOff",
      offFault: "InvalidPowerState",
      renamed: "renamed",
    });
    expect(simulator.sessions).toBe(0);
  }, 120_000);
});
