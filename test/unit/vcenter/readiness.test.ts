import { methods, operation, root, withVCenter } from "./workbench";

test("waiting ends when Tools become ready", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const [vm] = simulator.vms;
    await vm!.powerOff();
    const op = operation();
    const opened = vcenter.guest(vm!.moid, root, op, { waitUntilReady: true });
    while (!op.lines.some((line) => line.includes("powered off"))) await new Promise(setImmediate);
    vm!.powerOn();
    const guest = await opened;
    expect(guest.system).toMatchObject({ powerState: "poweredOn", guestOperationsReady: true });
    expect(await guest.files.list("/etc", operation())).not.toHaveLength(0);
  });
});

test.each([
  ["poweredOff", "it is powered off"],
  ["suspended", "it is suspended"],
  ["notRunning", "VMware Tools does not run"],
])("a VM that stays %s is VM_NOT_READY, saying so", async (state, reason) => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const vm = simulator.vms[0]!;
    if (state === "poweredOff") await vm.powerOff();
    else if (state === "suspended") vm.suspend();
    else vm.setToolsState("notRunning");
    const opened = vcenter.guest(vm.moid, root, operation(50), { waitUntilReady: true });
    await expect(opened).rejects.toMatchObject({ code: "VM_NOT_READY", message: expect.stringContaining(reason) });
  });
});

test("looks at a ready VM are shared; after a failure the next one is fresh", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const vm = simulator.vms[0]!;
    const identity = await vcenter.findVirtualMachine(vm.moid, operation());
    simulator.clearCalls();
    for (let i = 0; i < 5; i++) await vcenter.systemInfo(identity, operation());
    expect(methods(simulator)).toEqual([]);

    await vm.powerOff();
    const operations = await vcenter.calls(vm.moid, root, operation());
    const listing = operations.listFilesInGuest("/etc/.", {}, operation());
    await expect(listing).rejects.toMatchObject({
      code: "VM_NOT_READY",
      message: expect.stringContaining("Power it on"),
    });
    expect(await vcenter.systemInfo(identity, operation())).toMatchObject({ powerState: "poweredOff" });
  });
});

test("a short silence of Tools is waited out", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    simulator.injectFault({ method: "ListFilesInGuest", fault: "GuestOperationsUnavailable" });
    const operations = await vcenter.calls(simulator.vms[0]!.moid, root, operation());
    await expect(operations.listFilesInGuest("/etc/.", {}, operation())).resolves.toBeDefined();
  });
});
