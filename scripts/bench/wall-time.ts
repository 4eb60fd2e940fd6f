import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPulumiProject, packageRoot } from "../pulumi-project";
import { startSimulator } from "../../simulator";

/** Seconds of each command for N resources of one sort. */
export interface WallTime {
  readonly what: string;
  readonly upSeconds: number;
  readonly unchangedSeconds: number;
  readonly destroySeconds: number;
}

const projectFile = `name: bench
runtime: nodejs
plugins:
  providers:
    - name: vsphere-guest
      path: ${join(packageRoot, "plugin")}
`;

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
  const simulator = await startSimulator({ vms: 1, hosts: 1, password: "bench", guestPassword: "bench" });
  try {
    const config = {
      "vsphere-guest:vsphereServer": { value: simulator.server },
      "vsphere-guest:user": { value: "administrator@vsphere.local" },
      "vsphere-guest:password": { value: "bench", secret: true },
      "vsphere-guest:caFile": { value: simulator.certificate },
      "vsphere-guest:guestUser": { value: "root" },
      "vsphere-guest:guestPassword": { value: "bench", secret: true },
    };
    return [
      await measure(`no-op dynamic provider × ${count}`, noOpProgram(count), {}),
      await measure(`GuestFile (dynamic) × ${count}`, guestFileProgram(count, "pulumi-vsphere-guest"), config),
      await measure(`GuestFile (native) × ${count}`, guestFileProgram(count, "pulumi-vsphere-guest/native"), config),
    ];
  } finally {
    await simulator.stop();
  }
}

async function measure(what: string, program: string, config: Record<string, { value: string }>): Promise<WallTime> {
  const project = await createPulumiProject({
    config,
    fill: (directory) => {
      writeFileSync(join(directory, "Pulumi.yaml"), projectFile);
      writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "bench", main: "index.js" }));
      writeFileSync(join(directory, "no-op.js"), noOpProvider);
      writeFileSync(join(directory, "index.js"), program);
    },
  });
  try {
    const { stack } = project;
    const upSeconds = await seconds(() => stack.up());
    const unchangedSeconds = await seconds(() => stack.up());
    return { what, upSeconds, unchangedSeconds, destroySeconds: await seconds(() => stack.destroy()) };
  } finally {
    project.remove();
  }
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return (performance.now() - started) / 1000;
}
