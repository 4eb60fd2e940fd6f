import { rmSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

/** What a deploy makes of expectations: it stops or warns, looks anew each time, and waits where it is told to. */
inOneGuest((guest) => {
  guest.rule("everything that is met passes, and is told as outputs", async () => {
    const gate = guest.check();
    const declared = { vm: guest.vm, variables: { HOME: "/root", USER: { matches: "o" } }, guestFamily: "linuxGuest" };
    expect(await gate.up(declared)).toBe("create");
    expect(gate.state).toMatchObject({
      satisfied: true,
      failures: [],
      variables: { HOME: "/root", USER: "root" },
      guestFamily: "linuxGuest",
      toolsVersion: "12.2.0",
      guestFullName: expect.stringContaining("Debian") as string,
    });
    expect(await gate.up(declared)).toBe("same");
    expect(await gate.up({ ...declared, paths: { "/etc": "directory" } })).toBe("update");
    await gate.destroy();
  });

  guest.rule("every expectation that is not met fails the deploy at once, as a table", async () => {
    const gate = guest.check();
    const attempt = gate.up({
      vm: guest.vm,
      variables: { HOME: "/home", MISSING: "x" },
      minimumToolsVersion: "99",
      paths: { "/etc/passwd": "directory", "/none": "present", "/etc": "directory" },
    });
    const message = await attempt.then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message).toMatch(/^.*vm-1: 5 of 6 expectations on the guest are not met:\n/);
    const table = message.split("\n").filter((line) => /^ +(NOT MET|ok) /.test(line));
    expect(table).toHaveLength(6);
    const foundAt = table.map((line) => line.search(/ is /));
    expect(new Set(foundAt).size).toBe(1);
    expect(message).toMatch(/ {2}NOT MET {2}variable HOME +"\/home" +is "\/root"\n/);
    expect(message).toMatch(/ {2}ok {7}\/etc +a directory +is a directory\n/);
    expect(message).toContain('set onFailure: "warn" to go on');
    expect(gate.recorded).toBeUndefined();
  });

  guest.rule("a check that fails is looked at again by the next deploy, and one that passed by each", async () => {
    const gate = guest.check();
    const declared = { vm: guest.vm, paths: { "/srv/gate": "present" } };
    await expect(gate.up(declared)).rejects.toThrow("/srv/gate");
    writeFileSync(guest.at("/srv/gate"), "");
    expect(await gate.up(declared)).toBe("create");
    rmSync(guest.at("/srv/gate"));
    expect(await gate.preview(declared)).toBe("update");
    await until(() => guest.host.said.includes("/srv/gate: is absent, expected to be there"));
    await expect(gate.up(declared)).rejects.toThrow("/srv/gate");
    writeFileSync(guest.at("/srv/gate"), "");
    expect(await gate.up(declared)).toMatch(/same|update/);
  });

  guest.rule(
    "a warning is enough where onFailure says so; the table is in the log, and a later look tells the change",
    async () => {
      const gate = guest.check();
      const declared = { vm: guest.vm, paths: { "/srv/ready": "present" }, onFailure: "warn" };
      expect(await gate.up(declared)).toBe("create");
      expect(gate.state).toMatchObject({
        satisfied: false,
        failures: ["/srv/ready: is absent, expected to be there"],
        report: [{ subject: "/srv/ready", expected: "to be there", found: "is absent", met: false }],
      });
      await until(() => /NOT MET {2}\/srv\/ready +to be there +is absent/.test(guest.host.said));
      writeFileSync(guest.at("/srv/ready"), "");
      expect(await gate.preview(declared)).toBe("update");
      await until(() => guest.host.said.includes("no longer so: /srv/ready: is absent, expected to be there"));
      expect(await gate.up(declared)).toBe("update");
      expect(gate.state["satisfied"]).toBe(true);
    },
  );

  test("waitSeconds waits until what is expected comes about, and no longer", async () => {
    const gate = guest.check();
    const waiting = gate.up({ vm: guest.vm, paths: { "/srv/later": "present" }, waitSeconds: 30 });
    const looks = () => guest.simulator.calls.filter(({ method }) => method === "ListFilesInGuest").length;
    guest.simulator.clearCalls();
    await until(() => looks() > 1);
    writeFileSync(guest.at("/srv/later"), "");
    expect(await waiting).toBe("create");
    const never = guest.check().up({ vm: guest.vm, paths: { "/srv/never": "present" }, waitSeconds: 1 });
    await expect(never).rejects.toThrow("1 of 1 expectations");
  });

  test("nothing in the guest is changed by a check, nor by its end", async () => {
    const gate = guest.check();
    await gate.up({ vm: guest.vm, paths: { "/etc": "directory" } });
    guest.simulator.clearCalls();
    await gate.destroy();
    expect(guest.simulator.calls.map(({ method }) => method)).not.toContain("StartProgramInGuest");
  });
});
