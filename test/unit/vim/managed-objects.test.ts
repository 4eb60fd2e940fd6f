import { VCenterConnection } from "../../../provider/guest/vcenter-connection";
import { ManagedObjectReference } from "../../../provider/soap/managed-object-reference";
import { GuestAliasManager } from "../../../provider/vim/guest-alias-manager";
import type { GuestAuthentication } from "../../../provider/vim/guest-authentication";
import { guestOperationsManagerProperties } from "../../../provider/vim/guest-operations-manager";
import { taskProperties } from "../../../provider/vim/task";
import { VirtualMachine, virtualMachineProperties } from "../../../provider/vim/virtual-machine";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";
import { operation, root, settingsFor, withVCenter } from "../connection/workbench";

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
