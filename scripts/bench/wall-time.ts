import type { ConfigMap } from "@pulumi/pulumi/automation";
import { startSimulator } from "../../simulator";
import { configFor, createBenchProject, secondsOf, simulatedLogin } from "./project";

/** Seconds of each command for N resources of one sort. */
export interface WallTime {
  readonly what: string;
  readonly upSeconds: number;
  readonly unchangedSeconds: number;
  readonly destroySeconds: number;
}

const noOpProvider = `
module.exports = {
  async create(inputs) { return { id: inputs.path, outs: inputs }; },
  async diff() { return { changes: false }; },
  async delete() {},
};
`;

const noOpProgram = (count: number) => `
const pulumi = require("@pulumi/pulumi");
class NoOp extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/bench:NoOp", name, { ...args, __provider: 'exports.handler = () => require("./no-op");' });
  }
}
for (let n = 0; n < ${count}; n++) new NoOp("file-" + n, { vm: "vm-1", path: "/srv/bench-" + n, content: "content " + n, mode: "0644" });
`;

const guestFileProgram = (count: number, door: string) => `
const guest = require("${door}");
for (let n = 0; n < ${count}; n++) new guest.GuestFile("file-" + n, { vm: "vm-1", path: "/srv/bench-" + n, content: "content " + n, mode: "0644" });
`;

/** N GuestFiles against N resources of a dynamic provider that does nothing: the engine's own cost, the floor. */
export async function measureWallTimes(count: number): Promise<WallTime[]> {
  const simulator = await startSimulator({ vms: 1, hosts: 1, ...simulatedLogin });
  try {
    const config = configFor(simulator.server, simulator.certificate);
    return [
      await measure(`no-op dynamic provider × ${count}`, noOpProgram(count), {}),
      await measure(`GuestFile (dynamic) × ${count}`, guestFileProgram(count, "pulumi-vsphere-guest"), config),
      await measure(`GuestFile (native) × ${count}`, guestFileProgram(count, "pulumi-vsphere-guest/native"), config),
    ];
  } finally {
    await simulator.stop();
  }
}

async function measure(what: string, program: string, config: ConfigMap): Promise<WallTime> {
  const project = await createBenchProject(program, config, { "no-op.js": noOpProvider });
  try {
    const { stack } = project;
    const upSeconds = await secondsOf(() => stack.up());
    const unchangedSeconds = await secondsOf(() => stack.up());
    return { what, upSeconds, unchangedSeconds, destroySeconds: await secondsOf(() => stack.destroy()) };
  } finally {
    project.remove();
  }
}
