import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

/** What a run is given reaches the program as it is written. Without guards nothing is looked at: one deploy will do. */
inOneGuest((guest) => {
  const read = (path: string) => readFileSync(guest.at(path), "utf8");

  /** Outputs of a run that is one resource of the deploy under way. */
  const outputsOf = async (inputs: object) => {
    const run = guest.run();
    await run.upWithin({ vm: guest.vm, ...inputs });
    return run.state;
  };
  const stdoutOf = async (inputs: object) => (await outputsOf(inputs))["stdout"];

  test("arguments, whatever stands in them", async () => {
    const words = ["a b", "$HOME", "`id`", "it's", 'say "hi"', "", "*", "ünï", "-n", "back\\slash", "two\nlines"];
    const shown = words.map((word) => `[${word}]`).join("");
    expect(await stdoutOf({ program: "/usr/bin/printf", arguments: ["[%s]", ...words] })).toBe(shown);
    const create = { program: "/usr/bin/printf", arguments: ["[%s]", ...words] };
    expect(await stdoutOf({ create })).toBe(shown);
    expect(await stdoutOf({ create: 'printf "[%s]" "$((6 * 7))" | tr 4 5' })).toBe("[52]");
  });

  test("scripts, to the interpreter that is named: sh, bash, python, one by its path", async () => {
    writeFileSync(guest.at("/usr/local/bin/shout"), '#!/bin/sh\ntr a-z A-Z <"$1"\n', { mode: 0o755 });
    expect(await stdoutOf({ script: "echo it\\'s ${0##*.}" })).toBe("it's script");
    expect(await stdoutOf({ script: "a=(x 'y z'); echo ${#a[@]}", interpreter: "bash" })).toBe("2");
    expect(await stdoutOf({ script: 'print("$HOME `id`", 2 ** 70)', interpreter: "python3" })).toBe(
      "$HOME `id` 1180591620717411303424",
    );
    expect(await stdoutOf({ script: "what it's about", interpreter: "/usr/local/bin/shout" })).toBe("WHAT IT'S ABOUT");
    expect(await stdoutOf({ script: "#!/usr/bin/env python3\nprint(6 * 7)" })).toBe("42");
    expect(await stdoutOf({ create: { script: "print('as create')", interpreter: "python3" } })).toBe("as create");
  });

  test("standard input, beside a script as well", async () => {
    expect(await stdoutOf({ program: "/usr/bin/wc", arguments: ["-c"], stdin: "héllo\n" })).toBe("7");
    const script = "import sys\nprint(sys.stdin.read().upper())";
    expect(await stdoutOf({ script, interpreter: "python3", stdin: "héllo" })).toBe("HÉLLO");
    expect(await stdoutOf({ script: "cat; echo end" })).toBe("end");
  });

  test("variables, over the guest's own or in place of them", async () => {
    const environment = { A: "it's $B", LANG: "C", PATH: "/usr/bin:/opt/bin" };
    const script = 'echo "$A|$LANG|$PATH|$USER|$HOME"';
    expect(await stdoutOf({ script, environment })).toBe("it's $B|C|/usr/bin:/opt/bin|root|/root");
    const env = { program: "/usr/bin/env", environment: { ONLY: "this" } };
    expect(await stdoutOf({ ...env, environmentMode: "merge" })).toMatch(/^PATH=/m);
    const exactly = String(await stdoutOf({ ...env, environmentMode: "replace" })).split("\n");
    expect(exactly.filter((line) => !/^(PWD|SHLVL|_|OLDPWD|VSPHERE_GUEST_RUN)=/.test(line))).toEqual(["ONLY=this"]);
  });

  test("a working directory; the home directory by default", async () => {
    mkdirSync(guest.at("/srv/it's here"));
    expect(await stdoutOf({ program: "/bin/pwd", workingDirectory: "/srv/it's here" })).toBe("/srv/it's here");
    expect(await stdoutOf({ program: "/bin/pwd" })).toBe("/root");
    await expect(outputsOf({ program: "/bin/pwd", workingDirectory: "/none" })).rejects.toThrow(
      "the working directory /none is missing",
    );
  });

  test("commands of their own for create, update and delete; triggers update in place", async () => {
    const run = guest.run();
    const declared = {
      vm: guest.vm,
      create: "echo made; echo also >&2; echo c >>/srv/crud",
      update: { program: "/bin/sh", arguments: ["-c", "echo changed; echo u >>/srv/crud"] },
      delete: { script: 'echo "d $PULUMI_COMMAND_STDOUT $PULUMI_COMMAND_STDERR." >>/srv/crud' },
    };
    expect(await run.upWithin({ ...declared, triggers: [1, { hash: "a" }] })).toBe("create");
    expect(run.state).toMatchObject({ exitCode: 0, stdout: "made", stderr: "also", succeeded: true });
    const { id } = run.recorded ?? {};
    expect(await run.upWithin({ ...declared, triggers: [1, { hash: "a" }] })).toBe("same");
    expect(await run.upWithin({ ...declared, triggers: [1, { hash: "b" }] })).toBe("update");
    expect(run.state).toMatchObject({ stdout: "changed", stderr: "" });
    expect(run.recorded?.id).toBe(id);
    expect(await run.upWithin({ ...declared, triggers: [1, { hash: "b" }], environment: { A: "1" } })).toBe("update");
    await run.destroy();
    expect(read("/srv/crud")).toBe("c\nu\nu\nd changed .\n");
  });

  test("an update runs the create command where there is none for updates, and until the first one went well", async () => {
    const run = guest.run();
    const declared = {
      vm: guest.vm,
      create: "echo c >>/srv/again; test -e /srv/ready",
      update: "echo u >>/srv/again",
      delete: "echo d >>/srv/again",
    };
    await expect(run.upWithin(declared)).rejects.toThrow("exit code 1");
    writeFileSync(guest.at("/srv/ready"), "");
    expect(["create", "update"]).toContain(await run.upWithin(declared));
    const { update: _update, ...without } = declared;
    expect(await run.upWithin(without)).toBe("update");
    expect(read("/srv/again")).toBe("c\nc\nc\n");
    await run.destroy();
  });

  test("a delete command that fails keeps the record", async () => {
    const run = guest.run();
    await run.upWithin({ vm: guest.vm, script: "true", delete: "echo busy >&2; test -e /srv/may-go" });
    await expect(run.destroy()).rejects.toThrow(/the delete command ended with exit code 1.*busy/s);
    writeFileSync(guest.at("/srv/may-go"), "");
    await run.destroy();
  });

  test("what does not fit together is refused before anything is touched", async () => {
    const failures = (inputs: object) => guest.run().failures({ vm: guest.vm, ...inputs });
    expect(await failures({})).toEqual(["program: exactly one of program, script and create must be given"]);
    expect(await failures({ program: "/bin/true", script: "true" })).toEqual([
      "script: exactly one of program, script and create must be given",
    ]);
    expect(await failures({ script: "true", arguments: ["a"] })).toEqual(["arguments: needs program"]);
    expect(await failures({ program: "/bin/true", interpreter: "bash" })).toEqual(["interpreter: needs script"]);
    expect(await failures({ program: "true" })).toEqual([expect.stringMatching(/^program: must be an absolute path/)]);
    expect(await failures({ script: "true", environment: { "A B": "1" } })).toEqual([
      expect.stringContaining("must be a variable name"),
    ]);
  });

  test("leaves nothing in the guest", async () => {
    await until(() => readdirSync(guest.at("/tmp")).length === 0);
  });
});
