import { startLibraryWorld, type LibraryWorld } from "./library-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await startLibraryWorld({ vms: 3 });
});
afterAll(() => world.stop());

test("machines are found by a glob of their names", async () => {
  expect((await world.vsphere.find()).map(({ identity }) => identity.name)).toEqual(["vm-1", "vm-2", "vm-3"]);
  expect((await world.vsphere.find("*-[23]")).map(({ identity }) => identity.name)).toEqual(["vm-2", "vm-3"]);
  expect(await world.vsphere.find("x*")).toEqual([]);
});

test("power: what is so already is not done again", async () => {
  const vm = world.vsphere.vm("vm-2");
  const state = async () => (await vm.state()).powerState;
  expect(await vm.power("on")).toBe(false);
  expect([await vm.power("off"), await state()]).toEqual([true, "poweredOff"]);
  await expect(vm.programs.list()).rejects.toMatchObject({ code: "VM_NOT_READY" });
  expect([await vm.power("on"), await state()]).toEqual([true, "poweredOn"]);
  await vm.waitUntilReady();
  expect([await vm.power("suspend"), await state(), await vm.power("on")]).toEqual([true, "suspended", true]);
  await vm.waitUntilReady();
  expect(await vm.power("reset")).toBe(true);
  await vm.waitUntilReady();
  expect([await vm.power("shutdown"), await state()]).toEqual([true, "poweredOff"]);
  await expect(vm.power("reset")).rejects.toThrow(/VM "vm-2" .*the machine is poweredOff/);
  await expect(vm.power("reboot")).rejects.toMatchObject({ code: "VM_NOT_READY" });
  await vm.power("on");
  await vm.waitUntilReady();
});

test("Tools are mounted, unmounted and upgraded", async () => {
  await world.vm.mountTools();
  await world.vm.unmountTools();
  await world.vm.upgradeTools();
  await world.vm.waitUntilReady();
  const off = world.vsphere.vm("vm-3");
  await off.power("off");
  await expect(off.upgradeTools()).rejects.toThrow(/Upgrading the Tools of VM "vm-3"/);
});

test("a machine is taken out of the inventory, and comes back", async () => {
  const vm = world.vsphere.vm("vm-3");
  const vmxPath = "[datastore1] vm-3/vm-3.vmx";
  const path = world.simulator.vm("vm-3").describe();
  await vm.power("off");
  await vm.unregister();
  expect((await world.vsphere.find("vm-3")).length).toBe(0);
  const found = JSON.stringify(path).match(/\[[^\]"]+\] [^"]+\.vmx/)?.[0] ?? vmxPath;
  const registered = await world.vsphere.register({ vmxPath: found, folder: "/DC0/vm" });
  expect(registered).toMatchObject({ name: "vm-3" });
  await expect(world.vsphere.register({ vmxPath: found })).rejects.toThrow(/AlreadyExists/);
  await expect(world.vsphere.register({ vmxPath: found, folder: "/nowhere" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});

test("what the vSphere user may not do is told with the privilege", async () => {
  const user = "administrator@vsphere.local";
  world.simulator.setPrivileges(user, ["System.View", "System.Read"]);
  const wanted = ["VirtualMachine.Interact.PowerOff"];
  expect([...(await world.vm.privileges(wanted))]).toEqual([[wanted[0], false]]);
  await expect(world.vm.power("off")).rejects.toThrow(
    /administrator@vsphere.local lacks the privilege VirtualMachine.Interact.PowerOff/,
  );
  world.simulator.setPrivileges(user, undefined);
});
