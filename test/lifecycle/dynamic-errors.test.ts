import { DynamicHost } from "./dynamic-host";
import { startSimulated } from "./simulated";

/** The engine shows each error's message with the resource; what the host prints beside it must not tell it again. */
test("beside the error of a resource the dynamic host says only which one is meant", async () => {
  const world = await startSimulated((config) => new DynamicHost(config), { vms: 1 });
  try {
    const file = world.resource("GuestFile");
    const declared = { vm: "vm-1", path: "/etc/app.conf", content: "x" };
    await file.up(declared);
    world.simulator.vm("vm-1").setGuestPassword("root", "other");

    await expect(file.preview(declared)).rejects.toThrow(/the guest refused the login of "root"/);
    await expect(file.destroy()).rejects.toThrow(/the guest refused the login of "root"/);
    const failures = world.host.said.split("\n").filter((line) => line.includes("GUEST_LOGIN_FAILED"));
    expect(failures).toEqual([
      "GuestFile /etc/app.conf failed, see its error: GUEST_LOGIN_FAILED",
      "GuestFile /etc/app.conf failed, see its error: GUEST_LOGIN_FAILED",
    ]);
    expect(world.host.said).not.toContain("refused the login");
  } finally {
    await world.stop();
  }
});
