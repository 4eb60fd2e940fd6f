import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { GuestError } from "../../provider/errors/guest-error";
import type { VirtualMachine, VSphere, WorkOptions } from "../../provider/library";
import { parseEndpoint } from "../../provider/soap/endpoint";

/** What the checks are made with. */
export interface Patient {
  readonly server: string;
  readonly vsphere: VSphere;
  readonly vm: VirtualMachine;
  readonly work: WorkOptions;
}

/** One thing that can be wrong, and what is found where it is not. Rejects with what is wrong and what to do. */
export interface Check {
  readonly name: string;
  /** Later checks that can't go well where this one does not: all, or none. */
  readonly isVital: boolean;
  readonly run: (patient: Patient) => Promise<string>;
}

const guestOperations = ["Query", "Modify", "Execute"].map((kind) => `VirtualMachine.GuestOperations.${kind}`);
const interactions = ["VirtualMachine.Interact.PowerOn", "VirtualMachine.Interact.ToolsInstall"];
const aliases = ["ModifyAliases", "QueryAliases"].map((kind) => `VirtualMachine.GuestOperations.${kind}`);
const marker = "vsphere-guest doctor";

/** In the order in which one builds on the other. */
export const checks: readonly Check[] = [
  {
    name: "name of the server",
    isVital: true,
    run: async ({ server }) => {
      const { host } = parseEndpoint(server);
      if (isIP(host) !== 0) return `${host} is an address`;
      try {
        const found = await lookup(host, { all: true });
        return `${host} is ${found.map(({ address }) => address).join(", ")}`;
      } catch (error) {
        throw new GuestError(
          "VCENTER_UNREACHABLE",
          `${host} is not known here (${wordsOf(error)}). Check the name, and this machine's DNS.`,
        );
      }
    },
  },
  {
    name: "connection and certificate",
    isVital: true,
    run: async ({ vsphere, work }) => {
      const { address, uuid } = await vsphere.server(work);
      return `${address} answers as vSphere${uuid === undefined ? "" : ` ${uuid}`}`;
    },
  },
  {
    name: "vSphere login, and the machine",
    isVital: true,
    run: async ({ vm, work }) => {
      const { name, moid } = await vm.identity(work);
      return `${name} (${moid})`;
    },
  },
  {
    name: "privileges for guest operations",
    isVital: false,
    run: async ({ vm, work }) => required(await vm.privileges(guestOperations, work)),
  },
  {
    name: "privileges for power and Tools",
    isVital: false,
    run: (patient) => optional(patient, interactions, "vm power and tools"),
  },
  {
    name: "privileges for aliases",
    isVital: false,
    run: (patient) => optional(patient, aliases, "GuestAlias"),
  },
  {
    name: "power and VMware Tools",
    isVital: true,
    run: async ({ vm, work }) => {
      const state = await vm.waitUntilReady({ ...work, timeoutSeconds: 1 });
      return `${state.powerState}, Tools ${state.toolsVersion ?? "of unknown version"}, ${state.guestFullName ?? state.guestId ?? "unknown system"}`;
    },
  },
  {
    name: "guest login",
    isVital: true,
    run: async ({ vm, work }) => {
      await vm.validateCredentials(work);
      return "accepted";
    },
  },
  {
    name: "temporary directory in the guest",
    isVital: false,
    run: ({ vm, work }) => inTemporaryDirectory(vm, work, (path) => Promise.resolve(path)),
  },
  {
    name: "file transfers to the ESXi host",
    isVital: false,
    run: ({ vm, work }) =>
      inTemporaryDirectory(vm, work, async (path) => {
        const file = `${path}${path.includes("\\") ? "\\" : "/"}doctor`;
        const direct = { ...work, transfer: "direct" } as const;
        await vm.files.write(file, marker, direct);
        const back = (await vm.files.readBytes(file, direct)).toString();
        if (back !== marker) throw new GuestError("TRANSFER_FAILED", "What was read back is not what was written.");
        return "up and down";
      }),
  },
  {
    name: "a program and its output",
    isVital: false,
    run: async ({ vm, work }) => {
      const { exitCode, stdout } = await vm.programs.run({ script: `echo ${marker}` }, work);
      const said = stdout.bytes.toString().trim();
      if (exitCode === 0 && said === marker) return "as it was written";
      throw new GuestError("PROGRAM_FAILED", `echo ended with ${exitCode} and wrote ${JSON.stringify(said)}.`);
    },
  },
  {
    name: "PowerShell, in Windows guests",
    isVital: false,
    run: async ({ vm, work }) => {
      if ((await vm.state(work)).guestFamily !== "windowsGuest") return "not a Windows guest";
      const script = "$PSVersionTable.PSVersion.ToString()";
      const { exitCode, stdout } = await vm.programs.run({ script, interpreter: "powershell" }, work);
      if (exitCode === 0) return stdout.bytes.toString().trim();
      throw new GuestError(
        "PROGRAM_FAILED",
        `PowerShell ended with ${exitCode}. Scripts for it won't run in this guest.`,
      );
    },
  },
];

async function inTemporaryDirectory<T>(
  vm: VirtualMachine,
  work: WorkOptions,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = await vm.files.makeTemporaryDirectory({ ...work, prefix: "vsphere-guest-doctor-" });
  try {
    return await use(path);
  } finally {
    await vm.files.removeDirectory(path, { ...work, recursive: true }).catch((error: unknown) => {
      if (!(error instanceof GuestError)) throw error;
      throw new GuestError(error.code, `${error.message} ${path} is left in the guest.`, { cause: error });
    });
  }
}

/** Privileges that most do without. */
async function optional({ vm, work }: Patient, ids: readonly string[], neededBy: string): Promise<string> {
  const missing = [...(await vm.privileges(ids, work))].filter(([, held]) => !held).map(([id]) => id);
  return missing.length === 0 ? "held" : `not held, needed by ${neededBy} alone: ${missing.join(", ")}`;
}

function required(held: ReadonlyMap<string, boolean>): string {
  const missing = [...held].filter(([, isHeld]) => !isHeld).map(([id]) => id);
  if (missing.length === 0) return [...held.keys()].join(", ");
  throw new GuestError(
    "VCENTER_PERMISSION_DENIED",
    `The vSphere user lacks ${missing.join(", ")} on this machine. Give it a role with them (Virtual machine > Guest operations).`,
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
