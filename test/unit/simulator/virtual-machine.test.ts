import { existsSync } from "node:fs";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";
import { auth, RawClient, textAt, type RawAnswer } from "./raw-client";
import { until } from "../../until";

let simulator: Simulator;
let client: RawClient;
const start = async (options: SimulatorOptions = {}): Promise<void> => {
  simulator = await startSimulator({ sandbox: "off", ...options });
  client = new RawClient(simulator);
  await client.login();
};
afterEach(async () => {
  await client.close();
  await simulator.stop();
});

const onVm = (method: string, inner = ""): Promise<RawAnswer> => client.call(method, "VirtualMachine", "vm-1", inner);
const list = (): Promise<RawAnswer> => client.inGuest("ListFilesInGuest", "<filePath>/etc/passwd</filePath>");
const search = (method: string, inner: string): Promise<RawAnswer> =>
  client.call(method, "SearchIndex", "SearchIndex", inner);
const property = async (path: string): Promise<string | undefined> =>
  textAt((await client.property("VirtualMachine", "vm-1", path)).returned, "returnval");

/** Runs a task to its end and returns its state, or the type of its error. */
async function task(answer: RawAnswer): Promise<string | undefined> {
  const moid = textAt(answer.returned, "returnval") ?? "";
  const info = async (path: string): Promise<RawAnswer> => client.property("Task", moid, path);
  await until(async () => textAt((await info("info.state")).returned, "returnval") !== "running");
  const error = (await info("info.error")).returned[0]?.children.find(({ name }) => name === "fault");
  return error?.attributes["xsi:type"]?.value ?? textAt((await info("info.state")).returned, "returnval");
}

describe("finding a machine", () => {
  test("by every kind of name; not found is no fault", async () => {
    await start({ vms: [{ name: "web", folder: "team a/prod" }] });
    const [vm] = simulator.vms;
    if (vm === undefined) throw new Error("no machine");
    expect(vm.path).toBe("/DC0/vm/team a/prod/web");
    const queries: [string, string][] = [
      ["FindByInventoryPath", `<inventoryPath>${vm.path}</inventoryPath>`],
      [
        "FindByUuid",
        `<uuid>${vm.instanceUuid.toUpperCase()}</uuid><vmSearch>true</vmSearch><instanceUuid>true</instanceUuid>`,
      ],
      ["FindAllByUuid", `<uuid>${vm.biosUuid}</uuid><vmSearch>true</vmSearch>`],
      ["FindByIp", `<ip>${vm.ipAddress}</ip><vmSearch>true</vmSearch>`],
      ["FindByDnsName", `<dnsName>${vm.dnsName}</dnsName><vmSearch>true</vmSearch>`],
      [
        "FindByDatastorePath",
        `<datacenter type="Datacenter">datacenter-2</datacenter><path>${vm.datastorePath}</path>`,
      ],
    ];
    for (const [method, inner] of queries)
      expect(textAt((await search(method, inner)).returned, "returnval")).toBe(vm.moid);
    const nothing = await search("FindByInventoryPath", "<inventoryPath>DC0/vm/none</inventoryPath>");
    expect([nothing.fault, nothing.returned]).toEqual([undefined, []]);
  });

  test("several machines of one name, in their folders", async () => {
    await start({
      vms: [
        { name: "db", folder: "a" },
        { name: "db", folder: "b" },
      ],
    });
    expect(simulator.vms.map((vm) => vm.path)).toEqual(["/DC0/vm/a/db", "/DC0/vm/b/db"]);
    expect(new Set(simulator.vms.map((vm) => vm.root)).size).toBe(2);
  });
});

describe("power and Tools decide whether guest operations work", () => {
  test("off, on, suspended: properties and faults agree", async () => {
    await start();
    expect((await list()).fault).toBeUndefined();
    expect(await task(await onVm("PowerOffVM_Task"))).toBe("success");
    expect([await property("runtime.powerState"), await property("guest.guestOperationsReady")]).toEqual([
      "poweredOff",
      "false",
    ]);
    expect(await property("guest.guestFamily")).toBe("linuxGuest");
    const refused = await list();
    expect([refused.fault, textAt(refused.returned, "existingState")]).toEqual(["InvalidPowerState", "poweredOff"]);
    expect(await task(await onVm("PowerOffVM_Task"))).toBe("InvalidPowerState");
    expect(await task(await onVm("PowerOnVM_Task"))).toBe("success");
    expect((await list()).fault).toBeUndefined();
    expect(await task(await onVm("SuspendVM_Task"))).toBe("success");
    expect(textAt((await list()).returned, "existingState")).toBe("suspended");
  });

  test("Tools come after the boot delay", async () => {
    await start({ bootDelayMilliseconds: 600_000 });
    expect(await property("guest.guestFamily")).toBeUndefined();
    expect((await list()).fault).toBe("GuestOperationsUnavailable");
    simulator.vm("vm-1").setBootDelay(20);
    await simulator.vm("vm-1").reset();
    await until(async () => (await property("guest.guestOperationsReady")) === "true");
    expect((await list()).fault).toBeUndefined();
    expect(await property("guest.guestFamily")).toBe("linuxGuest");
  });

  test("a guest that reboots answers SystemError 3016 until it is back, and has forgotten its programs", async () => {
    await start();
    const spec = "<spec><programPath>/bin/sleep</programPath><arguments>600</arguments></spec>";
    const pid = textAt((await client.inGuest("StartProgramInGuest", spec)).returned, "returnval");
    simulator.vm("vm-1").setBootDelay(100_000);
    await onVm("RebootGuest");
    await until(() => simulator.vm("vm-1").toolsState === "rebooting");
    const refused = await list();
    expect([refused.fault, textAt(refused.returned, "reason")]).toEqual([
      "SystemError",
      "vix error codes = (3016, 0).\n",
    ]);
    simulator.vm("vm-1").setToolsState("running");
    const listed = await client.inGuest("ListProcessesInGuest", `<pids>${pid}</pids>`);
    expect(listed.returned).toEqual([]);
  });

  test("guest.commands.enabled, set by ReconfigVM_Task, switches guest operations off", async () => {
    await start();
    const extra = (value: string): string =>
      `<spec><extraConfig><key>guest.commands.enabled</key><value xsi:type="xsd:string">${value}</value></extraConfig></spec>`;
    expect(await task(await onVm("ReconfigVM_Task", extra("FALSE")))).toBe("success");
    expect((await list()).fault).toBe("GuestOperationsUnavailable");
    await task(await onVm("ReconfigVM_Task", extra("")));
    expect((await list()).fault).toBeUndefined();
  });

  test("an interactive session is served only with a desktop user", async () => {
    await start();
    const interactive = auth().replace("false", "true");
    const validate = (): Promise<RawAnswer> =>
      client.call(
        "ValidateCredentialsInGuest",
        "GuestAuthManager",
        "guestOperationsAuthManager",
        `<vm type="VirtualMachine">vm-1</vm>${interactive}`,
      );
    expect((await validate()).fault).toBe("GuestOperationsUnavailable");
    simulator.vm("vm-1").setInteractive(true);
    expect((await validate()).fault).toBeUndefined();
  });

  test("a host that is lost, a free license", async () => {
    await start({ licensed: false });
    const remove = await client.inGuest("DeleteFileInGuest", "<filePath>/etc/hosts</filePath>");
    expect([remove.fault, (await list()).fault]).toEqual(["RestrictedVersion", undefined]);
    simulator.host(0).connected = false;
    expect((await list()).fault).toBe("InvalidState");
  });

  test("while a task runs on a machine, guest operations and other tasks get TaskInProgress with it", async () => {
    await start({ taskMilliseconds: 150 });
    const running = await onVm("ReconfigVM_Task", "<spec></spec>");
    const refused = await list();
    expect([refused.fault, textAt(refused.returned, "task")]).toEqual([
      "TaskInProgress",
      textAt(running.returned, "returnval"),
    ]);
    expect((await onVm("PowerOffVM_Task")).fault).toBe("TaskInProgress");
    expect(await task(running)).toBe("success");
    expect((await list()).fault).toBeUndefined();
  });

  test("a server that does not tell readiness", async () => {
    await start({ reportsReadiness: false });
    expect([await property("guest.guestOperationsReady"), await property("guest.toolsRunningStatus")]).toEqual([
      undefined,
      "guestToolsRunning",
    ]);
  });

  test("ShutdownGuest and mounting Tools need a running guest", async () => {
    await start();
    await onVm("MountToolsInstaller");
    expect(await property("runtime.toolsInstallerMounted")).toBe("true");
    await onVm("ShutdownGuest");
    await until(() => simulator.vm("vm-1").powerState === "poweredOff");
    expect((await onVm("RebootGuest")).fault).toBe("InvalidPowerState");
  });
});

describe("inventory changes", () => {
  test("vMotion moves the machine to another host", async () => {
    await start();
    const [, second] = simulator.hosts;
    const answer = await onVm(
      "MigrateVM_Task",
      `<host type="HostSystem">${second?.moid}</host><priority>highPriority</priority>`,
    );
    expect([await task(answer), await property("runtime.host")]).toEqual(["success", second?.moid]);
    expect((await list()).fault).toBeUndefined();
  });

  test("a machine that is registered again has a new moid, the same uuid and its files", async () => {
    await start();
    const before = simulator.vm("vm-1");
    const { instanceUuid, datastorePath, root } = before;
    await client.inGuest(
      "MakeDirectoryInGuest",
      "<directoryPath>/kept</directoryPath><createParentDirectories>false</createParentDirectories>",
    );
    expect((await onVm("UnregisterVM")).fault).toBe("InvalidPowerState");
    await task(await onVm("PowerOffVM_Task"));
    expect((await onVm("UnregisterVM")).fault).toBeUndefined();
    expect((await list()).fault).toBe("ManagedObjectNotFound");
    const register = (): Promise<RawAnswer> =>
      client.call(
        "RegisterVM_Task",
        "Folder",
        "group-v3",
        `<path>${datastorePath}</path><asTemplate>false</asTemplate>`,
      );
    expect(await task(await register())).toBe("success");
    expect(await task(await register())).toBe("AlreadyExists");
    const after = simulator.vm("vm-1");
    expect([after.instanceUuid, after.root, after.moid === "vm-1"]).toEqual([instanceUuid, root, false]);
    expect([after.powerState, existsSync(`${root}/kept`)]).toEqual(["poweredOff", true]);
  });

  test("renaming, with a name that is taken and one that is free", async () => {
    await start();
    expect(await task(await onVm("Rename_Task", "<newName>vm-2</newName>"))).toBe("DuplicateName");
    expect(await task(await onVm("Rename_Task", "<newName>web</newName>"))).toBe("success");
    expect(simulator.vm("web").path).toBe("/DC0/vm/web");
  });

  test("Destroy_Task removes the machine with its files", async () => {
    await start();
    const { root } = simulator.vm("vm-1");
    await task(await onVm("PowerOffVM_Task"));
    expect(await task(await onVm("Destroy_Task"))).toBe("success");
    expect([simulator.vms.length, existsSync(root)]).toEqual([1, false]);
  });
});
