import { operation, withVCenter } from "./workbench";

const machines = [
  { name: "web", folder: "prod", dnsName: "web.example.test", ipAddress: "10.1.2.3" },
  { name: "web", folder: "test" },
  { name: "db 50%/a", folder: "prod" },
  { name: "web01" },
];

test("each form of selector finds the VM it names", async () => {
  await withVCenter({ vms: machines }, async (vcenter, simulator) => {
    const vm = simulator.vms[0]!;
    const server = { address: simulator.server, uuid: "b3a5e8c0-7d0d-4b8e-9c52-0d1f6a3c9e11" };
    const identity = { moid: vm.moid, instanceUuid: vm.instanceUuid.toLowerCase(), name: "web", server };
    const selectors = [
      vm.moid,
      vm.instanceUuid,
      vm.instanceUuid.toUpperCase(),
      vm.biosUuid,
      vm.biosUuid.replaceAll("-", ""),
      vm.path,
      vm.path.slice(1),
      vm.datastorePath,
      vm.dnsName,
      vm.ipAddress,
      { moid: vm.moid },
      { instanceUuid: vm.instanceUuid },
      { biosUuid: vm.biosUuid },
      { inventoryPath: vm.path },
      { datastorePath: vm.datastorePath },
      { dnsName: vm.dnsName },
      { ipAddress: vm.ipAddress },
    ];
    for (const selector of selectors) {
      expect([selector, await vcenter.findVirtualMachine(selector, operation())]).toEqual([selector, identity]);
    }
  });
});

test("a plain name is found, with characters that the inventory escapes", async () => {
  await withVCenter({ vms: machines }, async (vcenter) => {
    for (const name of ["db 50%/a", "web01"]) {
      expect(await vcenter.findVirtualMachine({ name }, operation())).toMatchObject({ name });
    }
  });
});

test("a name that several VMs have is VM_AMBIGUOUS, listing them with their paths", async () => {
  await withVCenter({ vms: machines }, async (vcenter, simulator) => {
    const error: unknown = await vcenter.findVirtualMachine("web", operation()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "VM_AMBIGUOUS" });
    for (const vm of simulator.vms.slice(0, 2)) {
      expect(String(error)).toContain(vm.moid);
      expect(String(error)).toContain(vm.path);
    }
    expect(String(error)).not.toContain("web01");
  });
});

test("an unknown VM is VM_NOT_FOUND with names like it, and is looked up again next time", async () => {
  await withVCenter({ vms: machines }, async (vcenter, simulator) => {
    const find = () => vcenter.findVirtualMachine("web02", operation());
    const error: unknown = await find().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "VM_NOT_FOUND" });
    expect(String(error)).toContain('{"moid": "vm-4"}  "web01"');
    expect(String(error)).not.toContain("db 50");
    simulator.vms[3]!.rename("web02");
    expect(await find()).toMatchObject({ name: "web02" });
  });
});

test.each([
  ["", "is empty"],
  [{}, "exactly one of"],
  [{ moid: "vm-1", name: "x" }, "exactly one of"],
  [{ id: "vm-1" }, "exactly one of"],
])("the selector %j is refused before anything is sent", async (selector, reason) => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const find = vcenter.findVirtualMachine(selector, operation());
    await expect(find).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining(reason) });
    expect(simulator.calls).toHaveLength(0);
  });
});

test("a VM that was removed is looked up anew", async () => {
  await withVCenter({ vms: 2 }, async (vcenter, simulator) => {
    const vm = simulator.vms[0]!;
    const found = await vcenter.findVirtualMachine(vm.moid, operation());
    await vm.powerOff();
    await vm.remove();
    await vcenter.waitUntilReady(found, operation(0)).catch(() => {});
    const again = vcenter.findVirtualMachine({ instanceUuid: vm.instanceUuid }, operation());
    await expect(again).rejects.toMatchObject({ code: "VM_NOT_FOUND" });
  });
});
