import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { throughEachHost } from "./each-host";
import { configFor, startSimulated, type Simulated } from "./simulated";
import { DeployedResource } from "./stack";
import { until } from "../until";

const user = "administrator@vsphere.local";
const guest = { username: "app", password: "app" };
const file = { vm: "vm-1", path: "/etc/app.conf", content: "x", timeoutSeconds: 5 };
const lookingOnly = ["System.View", "System.Read", "System.Anonymous", "VirtualMachine.GuestOperations.Query"];

interface Case {
  readonly kind?: "GuestFile" | "GuestProgramRun";
  readonly inputs?: object;
  /** In a process of its own, with this configuration in place of what fits the simulator. */
  readonly config?: Readonly<Record<string, string>>;
  readonly prepare?: (world: Simulated, inGuest: (path: string) => string) => unknown;
  readonly undo?: (world: Simulated) => unknown;
  /** Each must stand in the message: what, where, why, what to do. */
  readonly says: readonly (string | RegExp)[];
}

const cases: Readonly<Record<string, Case>> = {
  "no such VM": { inputs: { vm: "vm-l" }, says: ["vm-l", "vm-1"] },
  "several VMs match": { inputs: { vm: "twin" }, says: ["/DC0/vm/a/twin", "/DC0/vm/b/twin"] },
  "wrong vCenter password": { config: { password: "wr0ng" }, says: [user, "VSPHERE_PASSWORD"] },
  "wrong guest password": { config: { guestPassword: "wr0ng" }, says: ["vm-1", "root"] },
  "missing privilege": {
    prepare: ({ simulator }) => simulator.setPrivileges(user, lookingOnly),
    undo: ({ simulator }) => simulator.setPrivileges(user, undefined),
    says: ["VirtualMachine.GuestOperations.Modify", "vm-1"],
  },
  "VM off": {
    config: {},
    inputs: { timeoutSeconds: 1 },
    prepare: ({ simulator }) => simulator.vm("vm-1").powerOff(),
    undo: ({ simulator }) => simulator.vm("vm-1").powerOn(),
    says: ["vm-1", "powered off", "Power it on"],
  },
  "Tools not ready in time": {
    config: {},
    inputs: { timeoutSeconds: 1 },
    prepare: ({ simulator }) => simulator.vm("vm-1").setToolsState("notRunning"),
    undo: ({ simulator }) => simulator.vm("vm-1").setToolsState("running"),
    says: ["vm-1", "Tools"],
  },
  "path missing": { inputs: { path: "/none/app.conf" }, says: ["vm-1", "/none", "createParents"] },
  "is a directory": {
    prepare: (_, inGuest) => mkdirSync(inGuest("/etc/directory")),
    inputs: { path: "/etc/directory" },
    says: ["vm-1 /etc/directory", "directory"],
  },
  "is a link": {
    prepare: (_, inGuest) => symlinkSync("/etc/passwd", inGuest("/etc/link")),
    inputs: { path: "/etc/link" },
    says: ["/etc/passwd", "symlinks"],
  },
  "permission denied in the guest": { inputs: { guest }, says: ["vm-1", "/etc", "app"] },
  "program missing": { kind: "GuestProgramRun", inputs: { program: "/opt/none" }, says: ["vm-1", "/opt/none"] },
  "program not executable": {
    kind: "GuestProgramRun",
    inputs: { program: "/etc/passwd" },
    says: ["vm-1 /etc/passwd", "execute"],
  },
  "exit code not accepted": {
    kind: "GuestProgramRun",
    inputs: { script: "echo out; echo the disk is on fire >&2; exit 3" },
    says: ["vm-1", "exit code 3", "the disk is on fire"],
  },
  "timed out": {
    kind: "GuestProgramRun",
    inputs: { script: "sleep 600 & sleep 600", timeoutSeconds: 2 },
    says: ["vm-1", "2 s"],
  },
  "ESXi host not reachable": {
    config: { transferHosts: JSON.stringify({ "127.0.0.1": "127.0.0.1:1" }), transfer: "direct" },
    says: ["127.0.0.1:1", "vm-1"],
  },
  "certificate not trusted": {
    config: { thumbprint: "00".repeat(32) },
    says: [/thumbprint/i, /[0-9A-F]{2}(:[0-9A-F]{2}){31}/],
  },
  "vCenter not reachable": { config: { vsphereServer: "127.0.0.1:1" }, says: ["127.0.0.1:1"] },
};

/** What can go wrong at run time is told in full, leaves nothing half-done, and the next deploy converges. */
throughEachHost((startHost) => {
  let world: Simulated;
  const inGuest = (path: string) => join(world.simulator.vm("vm-1").root, path);

  beforeAll(async () => {
    world = await startSimulated(startHost, {
      vms: [{ name: "vm-1" }, { name: "twin", folder: "a" }, { name: "twin", folder: "b" }],
      guestUsers: [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }],
    });
  });
  afterAll(() => world.stop());

  /** A thumbprint is trusted, or not, without a CA. */
  function configWith(config: Readonly<Record<string, string>>): Record<string, string> {
    const { caFile = "", ...fitting } = configFor(world.simulator);
    return { ...fitting, ...("thumbprint" in config ? {} : { caFile }), ...config };
  }

  /** How creating the object fails, through a host with this configuration. */
  async function failureOf({ kind = "GuestFile", inputs, config }: Case): Promise<Error | undefined> {
    const declared = kind === "GuestFile" ? { ...file, ...inputs } : { vm: "vm-1", timeoutSeconds: 10, ...inputs };
    const host = config === undefined ? world.host : startHost(configWith(config));
    const resource = new DeployedResource(host, kind);
    try {
      await (host === world.host ? resource.upWithin(declared) : resource.up(declared));
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      expect(host.said).not.toMatch(/wr0ng|simulated/);
      if (host !== world.host) await host.close();
    }
  }

  test.each(Object.entries(cases))("%s", async (_, one) => {
    await one.prepare?.(world, inGuest);
    const before = readdirSync(inGuest("/etc"));
    const failure = await failureOf(one);
    await one.undo?.(world);
    expect(failure).toBeInstanceOf(Error);
    for (const text of one.says) expect(failure?.message).toMatch(text);
    expect(failure?.message).not.toMatch(/wr0ng|simulated/);
    expect(readdirSync(inGuest("/etc"))).toEqual(before);
    await until(() => readdirSync(inGuest("/tmp")).length === 0);
  });

  test("what could not be made is made by the next deploy", async () => {
    const resource = world.resource("GuestFile");
    const declared = { ...file, path: "/srv/x/app.conf" };
    await expect(resource.up(declared)).rejects.toThrow("/srv/x");
    mkdirSync(inGuest("/srv/x"));
    expect(await resource.up(declared)).toBe("create");
    await resource.destroy();
  });
});
