import { decodeProperties } from "../../provider/properties/wire-value";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StartHost } from "./host";
import { patienceMs } from "./one-guest";
import { SharedOperations } from "./shared-operations";
import { startSimulated, type Simulated } from "./simulated";
import { DeployedResource } from "./stack";
import { until } from "../until";

/**
 * The life of resources, through one host over its real protocol, against the simulator. After each deploy "diff is none"
 * and "refresh changes nothing" hold (DeployedResource). Every host passes the same suite.
 */
export function lifecycleSuite(startHost: StartHost): void {
  let world: Simulated;
  const operations = new SharedOperations(() => world.host.begin());

  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 8 });
  });
  afterAll(() => world.stop());

  /** Goes on beside the other rules, and shares operations with them. */
  const rule = (name: string, body: () => Promise<void>) => test(name, operations.add(body), patienceMs);
  const resource = (kind: string) => new DeployedResource(world.host, kind, (work) => operations.within(work));

  const vm = () => world.simulator.vms[0]?.name ?? "";
  const inGuest = (path: string) => join(world.simulator.vms[0]?.root ?? "", path);

  describe("GuestFile", () => {
    rule("is created, left alone, repaired, changed, replaced and removed", async () => {
      const file = resource("GuestFile");
      const declared = { vm: vm(), path: "/etc/app.conf", content: "one\n", mode: "0640" };

      expect(await file.up(declared)).toBe("create");
      expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe("one\n");
      expect(statSync(inGuest("/etc/app.conf")).mode & 0o7777).toBe(0o640);
      expect(await file.up(declared)).toBe("same");

      writeFileSync(inGuest("/etc/app.conf"), "tampered\n");
      expect(await file.preview(declared)).toBe("update");
      expect(world.host.said).toContain("/etc/app.conf: content differs");
      expect(await file.up(declared)).toBe("update");
      expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe("one\n");

      rmSync(inGuest("/etc/app.conf"));
      expect(await file.up(declared)).toBe("update");
      expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe("one\n");

      expect(await file.up({ ...declared, content: "two\n" })).toBe("update");
      expect(readFileSync(inGuest("/etc/app.conf"), "utf8")).toBe("two\n");

      expect(await file.up({ ...declared, path: "/etc/app2.conf" })).toBe("replace");
      expect(existsSync(inGuest("/etc/app.conf"))).toBe(false);
      await file.destroy();
      expect(existsSync(inGuest("/etc/app2.conf"))).toBe(false);
    });

    rule("the same machine by another name is no difference", async () => {
      const file = resource("GuestFile");
      const declared = { vm: vm(), path: "/etc/other.conf", content: "x" };
      await file.up(declared);
      const machine = world.simulator.vm(vm());
      expect(await file.up({ ...declared, vm: machine.moid })).toBe("same");
      expect(await file.up({ ...declared, vm: { inventoryPath: machine.path } })).toBe("same");
      expect(await file.up({ ...declared, vm: machine.instanceUuid.toUpperCase() })).toBe("same");
      await file.destroy();
    });

    rule("an empty file, and secret content", async () => {
      const file = resource("GuestFile");
      const declared = { vm: vm(), path: "/etc/secret.conf" };
      expect(await file.up({ ...declared, content: "" })).toBe("create");
      expect(await file.up({ ...declared, content: "hush-hush" }, ["content"])).toBe("update");
      expect([...world.host.secretOutputs]).toEqual(expect.arrayContaining(["content", "sha256"]));
      writeFileSync(inGuest("/etc/secret.conf"), "tampered");
      expect(await file.up({ ...declared, content: "hush-hush" }, ["content"])).toBe("update");
      expect(world.host.said).not.toContain("hush-hush");
      await file.destroy();
    });

    rule("is read back from its id alone", async () => {
      const file = resource("GuestFile");
      await file.up({ vm: vm(), path: "/etc/found.conf", content: "x" });
      const id = file.recorded?.id ?? "";
      const found = () => operations.within(() => world.host.read("GuestFile", { id, inputs: {}, state: {} }));
      const read = await found();
      expect(read?.id).toBe(id);
      expect(decodeProperties(read?.state ?? {}).values).toMatchObject({ sizeBytes: 1, imported: true });
      await file.destroy();
      expect(await found()).toBeUndefined();
    });

    rule("bad input is refused with the property's path", async () => {
      const bad = { vm: "", path: "etc", mod: "644", timeoutSeconds: -1 };
      const failures = await operations.within(() => resource("GuestFile").failures(bad));
      expect(failures.map((line) => line.split(":")[0]).sort()).toEqual(["mod", "path", "timeoutSeconds", "vm"]);
    });
  });

  describe("GuestDirectory", () => {
    rule("is created, repaired and removed", async () => {
      const directory = resource("GuestDirectory");
      const declared = { vm: vm(), path: "/srv/app/data", mode: "0750", createParents: true, recursiveDelete: true };
      expect(await directory.up(declared)).toBe("create");
      expect(statSync(inGuest("/srv/app/data")).mode & 0o7777).toBe(0o750);
      expect(await directory.up(declared)).toBe("same");
      rmSync(inGuest("/srv/app/data"), { recursive: true });
      expect(await directory.up(declared)).toBe("update");
      mkdirSync(inGuest("/srv/app/data/sub"));
      expect(await directory.up(declared)).toBe("same");
      await directory.destroy();
      expect(existsSync(inGuest("/srv/app/data"))).toBe(false);
    });
  });

  describe("GuestProgramRun", () => {
    rule("runs at create, again when a trigger changes, and at delete", async () => {
      const run = resource("GuestProgramRun");
      const declared = {
        vm: vm(),
        script: "echo out; echo err >&2; echo x >> /tmp/count",
        delete: "echo gone > /tmp/gone",
      };
      expect(await run.up({ ...declared, triggers: [1] })).toBe("create");
      expect(run.state).toMatchObject({ exitCode: 0, stdout: "out", stderr: "err" });
      expect(await run.up({ ...declared, triggers: [1] })).toBe("same");
      expect(await run.up({ ...declared, triggers: [2] })).toBe("update");
      expect(readFileSync(inGuest("/tmp/count"), "utf8")).toBe("x\nx\n");
      await run.destroy();
      expect(readFileSync(inGuest("/tmp/gone"), "utf8")).toBe("gone\n");
    });

    rule("a failed run can be destroyed", async () => {
      const run = resource("GuestProgramRun");
      await expect(run.up({ vm: vm(), script: "exit 3", delete: "echo x > /tmp/destroyed" })).rejects.toThrow(/3/);
      await run.destroy();
    });

    rule("a failed run leaves a state from which the next up goes on", async () => {
      const run = resource("GuestProgramRun");
      const declared = { vm: vm(), script: "test -e /tmp/ready || { echo not ready >&2; exit 3; }" };
      await expect(run.up(declared)).rejects.toThrow(/3/);
      writeFileSync(inGuest("/tmp/ready"), "");
      expect(["create", "update"]).toContain(await run.up(declared));
      expect(run.state).toMatchObject({ exitCode: 0 });
      await run.destroy();
    });
  });

  describe("GuestEnvCheck", () => {
    rule("passes, and reports all that is not met at once", async () => {
      const gate = resource("GuestEnvCheck");
      const good = { vm: vm(), guestFamily: "linuxGuest", variables: { PATH: { matches: "/bin" } } };
      expect(await gate.up(good)).toBe("create");
      expect(await gate.up(good)).toBe("same");
      const bad = { ...good, guestFamily: "windowsGuest", variables: { PATH: { matches: "^nowhere$" }, NOPE: "1" } };
      await expect(gate.up(bad)).rejects.toThrow(/3 of 3 expectations/);
      expect(await gate.up(good)).toMatch(/same|update/);
      await gate.destroy();
    });
  });

  describe("the virtual machine", () => {
    const declared = { path: "/etc/vm.conf", content: "x" };

    let taken = 1;
    /** A machine of its own, since `vm-1` is needed by the other rules. */
    const machine = () => world.simulator.vm(`vm-${(taken += 1)}`);

    rule("that is off keeps its record, with a warning; work waits for it and says why", async () => {
      const file = resource("GuestFile");
      const vm = machine();
      await file.up({ ...declared, vm: vm.name });
      await vm.powerOff();
      expect(await file.preview({ ...declared, vm: vm.name })).toBe("same");
      expect(world.host.said).toMatch(/warning.*powered off/i);
      await expect(file.up({ ...declared, vm: vm.name, content: "y", timeoutSeconds: 1 })).rejects.toThrow(
        /powered off/,
      );
      vm.powerOn();
      expect(await file.up({ ...declared, vm: vm.name, content: "y", timeoutSeconds: 30 })).toBe("update");
      await file.destroy();
    });

    rule("may be renamed; what is on it is still found", async () => {
      const file = resource("GuestFile");
      const vm = machine();
      const name = vm.name;
      await file.up({ ...declared, vm: name });
      vm.rename("renamed");
      expect(await file.up({ ...declared, vm: "renamed" })).toBe("same");
      await file.destroy();
      expect(existsSync(join(vm.root, declared.path))).toBe(false);
      vm.rename(name);
    });

    rule("that has gone takes its objects with it", async () => {
      const file = resource("GuestFile");
      const vm = machine();
      await file.up({ ...declared, vm: vm.name });
      await vm.remove();
      expect(await file.preview({ ...declared, vm: vm.name })).toBe("replace");
      const { recorded } = file;
      expect(await file.refresh()).toBe(false);
      file.recorded = recorded;
      await file.destroy();
    });
  });

  describe("logins", () => {
    rule("may change without a difference, and never stand in what is said", async () => {
      const file = resource("GuestFile");
      const login = (password: string) => ({ guest: { username: "root", password } });
      const declared = { vm: vm(), path: "/etc/login.conf", content: "x" };
      expect(await file.up({ ...declared, ...login("simulated") })).toBe("create");
      expect([...world.host.secretOutputs]).toContain("guest");
      expect(await file.up(declared)).toBe("same");
      await expect(file.preview({ ...declared, ...login("wr0ng-password") })).rejects.toThrow(/guest|login/i);
      expect(world.host.said).not.toContain("wr0ng-password");
      await file.destroy();
    });
  });

  describe("the end of the process", () => {
    test("ends a running program and its session, and leaves nothing in the guest", async () => {
      const before = world.simulator.sessions;
      await world.host.begin();
      const declared = {
        kind: "GuestProgramRun",
        inputs: { vm: vm(), script: "echo started > /tmp/started; sleep 300" },
      };
      const run = world.host.create(declared).catch((error: unknown) => error);
      await until(() => existsSync(inGuest("/tmp/started")));
      await world.host.cancel();
      expect(await run).toBeInstanceOf(Error);
      expect(world.simulator.sessions).toBe(Math.max(0, before - 1));
      await until(() => readdirSync(inGuest("/tmp")).filter((name) => name.includes("pulumi")).length === 0);
      await world.host.begin();
    });
  });
}
