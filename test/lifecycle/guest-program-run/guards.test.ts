import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

/** Guards are looked at live: in each preview, and again right before the program would run. */
inOneGuest((guest) => {
  const runs = (name: string) => readFileSync(guest.at(`/srv/${name}`), "utf8").split("\n").length - 1;

  guest.rule("creates: runs while nothing is there, and again when it has gone", async () => {
    const run = guest.run();
    const declared = { vm: guest.vm, script: "touch /srv/made; echo ran >>/srv/creates", creates: "/srv/made" };
    expect(await run.up(declared)).toBe("create");
    expect(await run.up(declared)).toBe("same");
    rmSync(guest.at("/srv/made"));
    expect(await run.differences(declared)).toContainEqual(
      expect.stringContaining("/srv/made is absent in the guest; the program will be run"),
    );
    expect(runs("creates")).toBe(1);
    expect(await run.up(declared)).toBe("update");
    expect(runs("creates")).toBe(2);
    expect(await run.up({ ...declared, triggers: [1] })).toBe("update");
    expect(runs("creates")).toBe(2);
  });

  guest.rule("removes: runs while something is there", async () => {
    mkdirSync(guest.at("/srv/pending"));
    const run = guest.run();
    const declared = { vm: guest.vm, script: "rmdir /srv/pending; echo ran >>/srv/removes", removes: "/srv/pending" };
    expect(await run.up(declared)).toBe("create");
    mkdirSync(guest.at("/srv/pending"));
    expect(await run.preview(declared)).toBe("update");
    expect(await run.up(declared)).toBe("update");
    expect(runs("removes")).toBe(2);
    expect(existsSync(guest.at("/srv/pending"))).toBe(false);
  });

  guest.rule("unless and onlyIf: commands whose exit code decides", async () => {
    const run = guest.run();
    const declared = {
      vm: guest.vm,
      script: 'echo "$WORD" >/srv/feature; echo ran >>/srv/commands',
      environment: { WORD: "on" },
      unless: 'grep -q "$WORD" /srv/feature',
      onlyIf: { program: "/usr/bin/test", arguments: ["-d", "/srv"] },
    };
    expect(await run.up(declared)).toBe("create");
    writeFileSync(guest.at("/srv/feature"), "off\n");
    expect(await run.differences(declared)).toContainEqual(expect.stringContaining("the program will be run"));
    expect(await run.up(declared)).toBe("update");
    expect(readFileSync(guest.at("/srv/feature"), "utf8")).toBe("on\n");
    expect(await run.up({ ...declared, onlyIf: { script: "import sys; sys.exit(3)", interpreter: "python3" } })).toBe(
      "update",
    );
    expect(runs("commands")).toBe(2);
  });

  guest.rule("a run that is not needed at create is recorded without an exit code", async () => {
    const run = guest.run();
    const declared = { vm: guest.vm, script: "echo never >/srv/never", removes: "/srv/nothing" };
    expect(await run.up(declared)).toBe("create");
    expect(run.state).toMatchObject({ succeeded: true, stdout: "" });
    expect(run.state).not.toHaveProperty("exitCode");
    expect(existsSync(guest.at("/srv/never"))).toBe(false);
    writeFileSync(guest.at("/srv/nothing"), "");
    expect(await run.preview(declared)).toBe("update");
  });

  guest.rule("a guard that cannot be run is no answer", async () => {
    const run = guest.run();
    const declared = { vm: guest.vm, script: "touch /srv/ran" };
    await expect(run.up({ ...declared, unless: "no-such-command" })).rejects.toThrow(
      "the unless command could not be run (exit code 127)",
    );
    await expect(run.up({ ...declared, onlyIf: { program: "/opt/none" } })).rejects.toThrow("/opt/none");
    expect(existsSync(guest.at("/srv/ran"))).toBe(false);
  });

  test("leave nothing in the guest", async () => {
    await until(() => readdirSync(guest.at("/tmp")).length === 0);
  });
});
