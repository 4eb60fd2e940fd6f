import { VCenterConnection } from "../../../provider/vcenter/connection";
import { ManagedObjectReference } from "../../../provider/soap/managed-object-reference";
import { GuestAliasManager } from "../../../provider/vim/guest-operations/guest-alias-manager";
import { GuestWindowsRegistryManager } from "../../../provider/vim/guest-operations/guest-windows-registry-manager";
import type { GuestAuthentication } from "../../../provider/vim/guest-operations/guest-authentication";
import { guestOperationsManagerProperties } from "../../../provider/vim/guest-operations/guest-operations-manager";
import { taskProperties } from "../../../provider/vim/task";
import { VirtualMachine, virtualMachineProperties } from "../../../provider/vim/virtual-machine";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";
import { operation, root, settingsFor, withVCenter } from "../vcenter/workbench";

const auth: GuestAuthentication = { type: "NamePasswordAuthentication", ...root };

async function withConnection(
  options: SimulatorOptions,
  use: (connection: VCenterConnection, vm: ManagedObjectReference, simulator: Simulator) => Promise<void>,
) {
  const simulator = await startSimulator({ vms: 1, sandbox: "off", ...options });
  const connection = new VCenterConnection(settingsFor(simulator));
  try {
    await use(connection, new ManagedObjectReference("VirtualMachine", simulator.vms[0]!.moid), simulator);
  } finally {
    await connection.close();
    await simulator.stop();
  }
}

async function managers(connection: VCenterConnection) {
  const { guestOperationsManager } = await connection.content({});
  const collector = await connection.propertyCollector({});
  const [found] = await collector.retrieve([guestOperationsManager!], guestOperationsManagerProperties);
  return found!.properties;
}

test("aliases: add, list, remove", async () => {
  await withConnection({}, async (connection, vm, simulator) => {
    const manager = new GuestAliasManager(connection.soap, (await managers(connection)).aliasManager!);
    const base64Cert = simulator.certificatePem.replace(/-----[A-Z ]+-----|\s/g, "");
    await manager.addGuestAlias(vm, auth, {
      username: "root",
      mapCert: true,
      base64Cert,
      subject: { name: "alice" },
      comment: "for <alice>",
    });
    const [alias] = await manager.listGuestAliases(vm, auth, "root");
    expect(alias!.aliases).toEqual([{ subject: { name: "alice" }, comment: "for <alice>" }]);
    expect(await manager.listGuestMappedAliases(vm, auth)).toMatchObject([{ username: "root" }]);
    await manager.removeGuestAlias(vm, auth, "root", alias!.base64Cert, { name: "alice" });
    expect(await manager.listGuestAliases(vm, auth, "root")).toEqual([]);
  });
});

test("power and reconfiguration are tasks that can be followed", async () => {
  await withConnection({}, async (connection, vm, simulator) => {
    const machine = new VirtualMachine(connection.soap, vm);
    const collector = await connection.propertyCollector({});
    const finished = async (task: ManagedObjectReference) => {
      for (;;) {
        const [found] = await collector.retrieve([task], taskProperties);
        const state = found?.properties["info.state"];
        if (state === "success" || state === "error") return state;
      }
    };
    expect(await finished(await machine.powerOffVMTask())).toBe("success");
    expect(simulator.vms[0]!.powerState).toBe("poweredOff");
    const [off] = await collector.retrieve([vm], virtualMachineProperties);
    expect(off!.properties["runtime.powerState"]).toBe("poweredOff");
    expect(await finished(await machine.reconfigVMTask({ "guestinfo.x": "<1>" }))).toBe("success");
    expect(await finished(await machine.powerOnVMTask())).toBe("success");
  });
});

test("the privileges of the login on a VM", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const ids = ["VirtualMachine.GuestOperations.Query", "VirtualMachine.GuestOperations.Execute"];
    const vm = await vcenter.findVirtualMachine(simulator.vms[0]!.moid, operation());
    expect([...(await vcenter.privileges(vm, ids, operation()))]).toEqual(ids.map((id) => [id, true]));
    const rest = ["System.Anonymous", "System.View", "System.Read", ids[0]!];
    simulator.setPrivileges("administrator@vsphere.local", rest);
    expect((await vcenter.privileges(vm, ids, operation())).get(ids[1]!)).toBe(false);
  });
});

test("the registry of a Windows guest: keys, every type of value, faults", async () => {
  await withConnection({ os: "windows" }, async (connection, vm) => {
    const manager = new GuestWindowsRegistryManager(
      connection.soap,
      (await managers(connection)).guestWindowsRegistryManager!,
    );
    const user = auth;
    const key = { registryPath: "HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme", wowBitness: "WOWNative" } as const;
    await manager.createRegistryKeyInGuest(vm, user, key, { isVolatile: false });
    const data = [
      { type: "dword", value: 0xffff_fffe },
      { type: "qword", value: 2n ** 63n + 1n },
      { type: "string", value: "<a> & b" },
      { type: "expandString", value: "%SystemRoot%\\x" },
      { type: "multiString", value: ["one", "two"] },
      { type: "binary", value: Buffer.from([0, 1, 255]) },
    ] as const;
    for (const one of data) await manager.setRegistryValueInGuest(vm, user, { key, name: one.type, data: one });
    const values = await manager.listRegistryValuesInGuest(vm, user, key, { expandStrings: false });
    expect(values.map((value) => value.data)).toEqual(expect.arrayContaining([...data]));
    await manager.deleteRegistryValueInGuest(vm, user, key, "dword");
    const parent = { ...key, registryPath: "HKEY_LOCAL_MACHINE\\SOFTWARE" };
    const keys = await manager.listRegistryKeysInGuest(vm, user, parent, { recursive: false, matchPattern: "^Acme$" });
    expect(keys.map((record) => record.key.keyName.registryPath)).toEqual([expect.stringContaining("Acme")]);
    await manager.deleteRegistryKeyInGuest(vm, user, key, true);
    await expect(manager.deleteRegistryKeyInGuest(vm, user, key, true)).rejects.toMatchObject({
      fault: { name: "GuestRegistryKeyInvalid" },
    });
  });
});

test("guest operations reach aliases and the registry, and say what is missing", async () => {
  await withVCenter(
    { vms: [{ name: "l" }, { name: "w", os: "windows" }], sandbox: "off" },
    async (vcenter, simulator) => {
      const linux = await vcenter.calls({ name: "l" }, root, operation());
      const base64Cert = simulator.certificatePem.replace(/-----[A-Z ]+-----|\s/g, "");
      const alias = { username: "root", mapCert: false, base64Cert, subject: { name: "alice" }, comment: "" };
      await linux.aliases.addGuestAlias(alias, operation());
      const [listed] = await linux.aliases.listGuestAliases("root", operation());
      await linux.aliases.removeGuestAliasByCert("root", listed!.base64Cert, operation());
      expect(await linux.aliases.listGuestAliases("root", operation())).toEqual([]);

      const key = { registryPath: "HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme", wowBitness: "WOWNative" } as const;
      const onLinux = linux.registry.listRegistryValuesInGuest(key, { expandStrings: false }, operation());
      await expect(onLinux).rejects.toMatchObject({ code: "GUEST_OPERATION_UNSUPPORTED" });
      const windows = await vcenter.calls({ name: "w" }, root, operation());
      const missing = windows.registry.listRegistryValuesInGuest(key, { expandStrings: false }, operation());
      await expect(missing).rejects.toMatchObject({
        code: "PATH_NOT_FOUND",
        message: expect.stringContaining(key.registryPath),
      });
      await windows.registry.createRegistryKeyInGuest(key, { isVolatile: false }, operation());
      const value = { key, name: "port", data: { type: "dword", value: 80 } } as const;
      await windows.registry.setRegistryValueInGuest(value, operation());
      const values = await windows.registry.listRegistryValuesInGuest(key, { expandStrings: false }, operation());
      expect(values.map(({ name, data }) => [name, data])).toEqual([["port", value.data]]);
    },
  );
});
