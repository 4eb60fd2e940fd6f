import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { decodeProperties } from "../../../provider/properties/wire-value";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  const text = (path: string) => readFileSync(guest.at(path), "utf8");
  const declared = (name: string, inputs: object = {}) => ({
    vm: guest.vm,
    directories: [{ path: `/srv/${name}`, mode: "0750" }],
    files: [{ path: `/srv/${name}/app.conf`, content: "listen = 1\n" }],
    programs: [{ script: `echo installed >>/srv/${name}.log`, logPaths: [`/srv/${name}.log`] }],
    ...inputs,
  });
  const outcomes = (state: Readonly<Record<string, unknown>>) =>
    (state.steps as { outcome: string }[]).map(({ outcome }) => outcome);

  test("directories, files and programs in this order, with their logs; then nothing differs; then all is gone", async () => {
    const machine = guest.customization();
    expect(await machine.up(declared("whole"))).toBe("create");
    expect(text("/srv/whole/app.conf")).toBe("listen = 1\n");
    expect(machine.state).toMatchObject({ succeeded: true, logs: { "/srv/whole.log": "installed\n" } });
    expect(outcomes(machine.state)).toEqual(["changed", "changed", "changed"]);
    expect(await machine.up(declared("whole"))).toBe("same");
    await machine.destroy();
    expect(existsSync(guest.at("/srv/whole"))).toBe(false);
  });

  test("drift is told by what it is about and put right, and programs follow what was changed before them", async () => {
    const machine = guest.customization();
    await machine.up(declared("drifting"));
    writeFileSync(guest.at("/srv/drifting/app.conf"), "by hand\n");
    expect(await machine.preview(declared("drifting"))).toBe("update");
    expect(machine.said).toMatch(/file \/srv\/drifting\/app\.conf: content differs in the guest/);
    await machine.up(declared("drifting"));
    expect([text("/srv/drifting/app.conf"), text("/srv/drifting.log")]).toEqual([
      "listen = 1\n",
      "installed\ninstalled\n",
    ]);
    expect(outcomes(machine.state)).toEqual(["unchanged", "changed", "changed"]);
  });

  test("what is no longer declared goes, what was there before stays", async () => {
    writeFileSync(guest.at("/srv/theirs"), "theirs");
    const machine = guest.customization();
    const files = [
      { path: "/srv/ours", content: "x" },
      { path: "/srv/theirs", content: "theirs" },
    ];
    await machine.up({ vm: guest.vm, files });
    await machine.up({ vm: guest.vm, files: [] });
    expect([existsSync(guest.at("/srv/ours")), text("/srv/theirs")]).toEqual([false, "theirs"]);
  });

  test("a failure fails the deploy, and what was done before it is recorded", async () => {
    const machine = guest.customization();
    const failing = declared("failing", { programs: [{ script: "echo broken >&2; exit 3" }, { script: "true" }] });
    await expect(machine.up(failing)).rejects.toThrow(/exit code 3[^]*broken/);
    expect(outcomes(machine.state)).toEqual(["changed", "changed", "failed", "notReached"]);
    await machine.destroy();
    expect(existsSync(guest.at("/srv/failing"))).toBe(false);
  });

  test("a failure that is recorded fails nothing, and the next up tries again", async () => {
    const machine = guest.customization();
    const failing = declared("recorded", { programs: [{ script: "exit 3" }], onFailure: "record" });
    expect(await machine.up(failing).catch((error: unknown) => error)).toBe("create");
    expect(machine.state).toMatchObject({
      succeeded: false,
      failure: expect.stringContaining("exit code 3") as unknown,
    });
    expect(await machine.preview(failing)).toBe("update");
    expect(machine.said).toMatch(/the last up failed: .*exit code 3/);
    const mended = declared("recorded", { onFailure: "record" });
    expect(await machine.up(mended)).toBe("update");
    expect(machine.state).toMatchObject({ succeeded: true });
    expect(machine.state.failure ?? undefined).toBeUndefined();
    await machine.destroy();
  });

  test("a secret content is in no other output in plain text", async () => {
    const machine = guest.customization();
    const files = [{ path: "/srv/secret", content: "hush-hush" }];
    await machine.up({ vm: guest.vm, files }, ["files"]);
    expect(text("/srv/secret")).toBe("hush-hush");
    // The dynamic host knows no secret outputs: its class marks them in the program.
    const { secretNames } = decodeProperties(machine.recorded?.state ?? {});
    if (guest.host.name === "native") expect([...secretNames].sort()).toEqual(["files", "logs", "made", "steps"]);
    await machine.destroy();
  });

  test("two resources of one file are one too many", async () => {
    const [machine, file] = [guest.customization(), guest.file()];
    const outcome = await guest.together(async () => {
      await machine.upWithin(declared("twice"));
      return file.upWithin({ vm: guest.vm, path: "/srv/twice/app.conf", content: "other" }).then(
        () => "made",
        (error: Error) => error.message,
      );
    });
    expect(outcome).toMatch(/MachineCustomization.*GuestFile|GuestFile.*MachineCustomization/);
    await machine.destroy();
  });

  test("what is not as it has to be is said at check, with its place", async () => {
    for (const [inputs, says] of [
      [{ files: [{ path: "/srv/x", content: "a", contentBase64: "YQ==" }] }, /files\[0\].*at most one/],
      [{ programs: [{ program: "/bin/true", script: "x" }] }, /programs\[0\].*exactly one/],
      [{ files: [{ path: "/srv/x", vm: "vm-1" }] }, /files\[0\].*vm/],
    ] as const)
      await expect(guest.customization().up({ vm: guest.vm, ...inputs })).rejects.toThrow(says);
  });
});

inOneGuest(
  (guest) => {
    const files = [{ path: "/srv/f", content: "x" }];
    const recording = (vm: string, inputs: object = {}) => ({
      vm,
      files,
      onFailure: "record",
      timeoutSeconds: 3,
      ...inputs,
    });

    test("a machine that is off is powered on where that is declared, else its failure is recorded", async () => {
      await guest.simulator.vm("vm-1").powerOff();
      const machine = guest.customization();
      await machine.up(recording("vm-1"));
      expect(machine.state).toMatchObject({
        succeeded: false,
        failure: expect.stringMatching(/powered off/) as unknown,
      });
      expect(await machine.preview(recording("vm-1"))).toBe("update");
      await machine.up(recording("vm-1", { powerOn: true, timeoutSeconds: 60 }));
      expect(machine.state).toMatchObject({ succeeded: true });
      expect(readFileSync(guest.at("/srv/f"), "utf8")).toBe("x");
      await machine.destroy();
    });

    test("machines that are not there, and logins that are refused, are recorded, too", async () => {
      const [missing, refused] = [guest.customization(), guest.customization()];
      await missing.up(recording("vm-9"));
      expect(missing.state).toMatchObject({
        succeeded: false,
        failure: expect.stringContaining('No VM "vm-9"') as unknown,
      });
      expect(await missing.preview(recording("vm-9"))).toBe("update");
      await missing.destroy();
      await refused.up(recording("vm-2", { guest: { username: "root", password: "wr0ng" } }));
      expect(refused.state).toMatchObject({
        succeeded: false,
        failure: expect.stringContaining("refused the login") as unknown,
      });
      expect(JSON.stringify(refused.state.failure)).not.toContain("wr0ng");
      await refused.destroy();
    });
  },
  { vms: 2 },
);
