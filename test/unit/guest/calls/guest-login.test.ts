import type { VCenter } from "../../../../provider/guest/vcenter-pool";
import type { Simulator } from "../../../../simulator";
import { until } from "../../../until";
import { operation, root, withVCenter } from "../../vcenter/workbench";

/** Its first guest, and how many logins it has refused. */
async function withGuest(
  use: (guest: {
    readonly list: (password?: string) => Promise<unknown>;
    readonly refusals: () => number;
    readonly vcenter: VCenter;
    readonly simulator: Simulator;
  }) => Promise<void>,
) {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const list = async (password = "simulated") => {
      const calls = await vcenter.calls("vm-1", { ...root, password }, operation());
      return calls.listFilesInGuest("/etc/.", {}, operation());
    };
    const refusals = () => simulator.calls.filter(({ fault }) => fault === "InvalidGuestLogin").length;
    await use({ list, refusals, vcenter, simulator });
  });
}

const refused = { code: "GUEST_LOGIN_FAILED", message: expect.stringContaining("not tried again") };

/** Turns the machine off and on again, before the eyes of whoever waits for it. */
async function reboot(vcenter: VCenter, simulator: Simulator): Promise<void> {
  const machine = simulator.vm("vm-1");
  await machine.powerOff();
  const identity = await vcenter.findVirtualMachine("vm-1", operation());
  const calls = await vcenter.calls("vm-1", root, operation());
  await calls.lookAtVm(operation());
  machine.powerOn();
  await until(async () => (await vcenter.systemInfo(identity, operation())).guestOperationsReady);
}

test("of calls that begin together under a wrong password one is sent; a corrected one is another login", async () => {
  await withGuest(async ({ list, refusals }) => {
    const ended = await Promise.allSettled(Array.from({ length: 20 }, () => list("wrong")));
    expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(20);
    await expect(list("wrong")).rejects.toMatchObject(refused);
    expect(refusals()).toBe(1);
    await expect(list()).resolves.toBeDefined();
  });
});

test("a first call that tells nothing of the login lets the next one try", async () => {
  await withGuest(async ({ list, refusals, simulator }) => {
    simulator.injectFault({ method: "ListFilesInGuest", fault: "OperationDisabledByGuest", times: 2 });
    const ended = await Promise.allSettled(Array.from({ length: 6 }, () => list()));
    expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(2);
    expect(refusals()).toBe(0);
  });
});

test("a password that changes while work goes on is refused to the calls under way, and to no more", async () => {
  await withGuest(async ({ list, refusals, simulator }) => {
    await list();
    simulator.vm("vm-1").setGuestPassword("root", "other");
    await Promise.allSettled(Array.from({ length: 40 }, () => list()));
    await expect(list()).rejects.toMatchObject(refused);
    expect(refusals()).toBeLessThanOrEqual(4);
  });
});

test("with the session the refusals are forgotten, for the guest may have been mended", async () => {
  await withGuest(async ({ list, vcenter, simulator }) => {
    await expect(list("mended")).rejects.toMatchObject(refused);
    simulator.vm("vm-1").setGuestPassword("root", "mended");
    await expect(list("mended")).rejects.toMatchObject(refused);
    await vcenter.close();
    await expect(list("mended")).resolves.toBeDefined();
  });
});

test("after a boot that was seen the login is tried anew, three times in all; any other is not", async () => {
  await withGuest(async ({ list, refusals, vcenter, simulator }) => {
    await expect(list("wrong")).rejects.toMatchObject(refused);
    await reboot(vcenter, simulator);
    simulator.clearCalls();
    await Promise.allSettled(Array.from({ length: 12 }, () => list("wrong")));
    expect(refusals()).toBe(3);
    simulator.injectFault({ method: "ListFilesInGuest", fault: "InvalidGuestLogin" });
    await expect(list()).resolves.toBeDefined();
  });
});

test("a reboot that is awaited may refuse the login for a while: tried again, but not for ever", async () => {
  await withGuest(async ({ vcenter, simulator, refusals }) => {
    const guest = await vcenter.guest("vm-1", root, operation());
    const { startedAt } = await guest.boots.current(operation());
    const before = { startedAt: new Date(startedAt.getTime() - 60_000) };
    simulator.injectFault({ method: "ListProcessesInGuest", fault: "InvalidGuestLogin", times: 2 });
    await guest.boots.waitForNext(before, operation());

    simulator.clearCalls();
    simulator.injectFault({ method: "ListProcessesInGuest", fault: "InvalidGuestLogin", times: 100 });
    await expect(guest.boots.waitForNext(before, operation(20_000))).rejects.toMatchObject({
      code: "TIMED_OUT",
      message: expect.stringContaining('refused the login of "root"'),
    });
    expect(refusals()).toBe(3);
  });
});
