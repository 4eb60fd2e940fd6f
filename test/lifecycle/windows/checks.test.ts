import { inWindowsGuest, withWine } from "./windows-guest";

inWindowsGuest((guest) => {
  test("variables without regard to case, family, paths, processes", async () => {
    const gate = guest.check();
    const declared = {
      vm: guest.vm,
      variables: { systemroot: "C:\\Windows", PATH: { matches: "[Ss]ystem32" } },
      guestFamily: "windowsGuest",
      paths: { "C:\\Windows": "directory", "c:\\nope": "absent" },
      processes: { "services.exe": "running", "nginx.exe": "notRunning" },
      validateLogin: true,
    };
    expect(await gate.up(declared)).toBe("create");
    expect(gate.state).toMatchObject({ satisfied: true, failures: [] });
    expect(await gate.up(declared)).toBe("same");
  });

  test("what is not met is told at once, as a warning where asked for", async () => {
    const gate = guest.check();
    const declared = { vm: guest.vm, variables: { SystemRoot: "D:\\" }, paths: { "C:\\Nope": "present" } };
    await expect(gate.up(declared)).rejects.toThrow(/2 of 2 expectations/);
    await gate.up({ ...declared, onFailure: "warn" });
    expect(gate.state["failures"]).toHaveLength(2);
  });

  test("what this guest can't be asked is a row of the report, and hides no other", async () => {
    const gate = guest.check();
    const asked = { minimumFreeBytes: { "C:\\": 1 }, paths: { "C:\\Nope": "present" }, onFailure: "warn" };
    await gate.up({ vm: guest.vm, ...asked });
    expect(gate.state["failures"]).toEqual([
      expect.stringContaining("C:\\Nope: is absent"),
      expect.stringContaining("minimumFreeBytes: can't be told: minimumFreeBytes works in POSIX guests only"),
    ]);
  });

  withWine("the registry of Windows guests", () => {
    test("nothing is read from or written to the registry through its manager", async () => {
      await guest.run().up({ vm: guest.vm, script: "@echo done" });
      expect(guest.simulator.calls.filter(({ method }) => /registry/i.test(method))).toEqual([]);
    });
  });
});
