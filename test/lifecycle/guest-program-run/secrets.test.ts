import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

const secret = "hush-hush";

/** Secrets reach the program and nobody else: not the process table, not the log, no error text, no plain output. */
inOneGuest((guest) => {
  /** A program that tells what it was given, and what everybody can see of all processes meanwhile. */
  const script = 'cat; echo "$TOKEN"; cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -c "hush-hus[h]"';

  const secretInputs = [
    ["environment", { script: `${script} || true`, environment: { TOKEN: secret } }],
    ["stdin", { script: `${script} || true`, stdin: secret }],
    ["script", { script: `TOKEN=${secret}; ${script} || true` }],
    ["create", { create: { script: `TOKEN=${secret}; ${script} || true` } }],
  ] as const;

  test.each(secretInputs)("in %s: the program has it, outputs are marked, nothing is shown", async (name, inputs) => {
    const run = guest.run();
    const declared = { vm: guest.vm, logging: "stdoutAndStderr", ...inputs };
    expect(await run.upWithin(declared, [name])).toBe("create");
    expect(String(run.state["stdout"]).replaceAll("\n", "")).toBe(`${secret}0`);
    expect([...guest.host.secretOutputs]).toEqual(expect.arrayContaining([name, "stdout", "stderr"]));
    expect(await run.upWithin({ ...declared, triggers: [1] }, [name])).toBe("update");
    expect(guest.host.said).not.toContain(secret);
  });

  test("are in no error text", async () => {
    const failing = `echo ${secret}; echo ${secret} >&2; exit 2`;
    for (const [inputs, name] of [
      [{ script: 'echo "$TOKEN" >&2; exit 2', environment: { TOKEN: secret } }, "environment"],
      [{ script: failing }, "script"],
      [{ create: "true", update: failing, triggers: [1] }, "update"],
      [{ script: "cat >&2; sleep 60", stdin: secret, timeoutSeconds: 1 }, "stdin"],
      [{ script: "true", unless: `echo ${secret}; exit 127` }, "unless"],
    ] as const) {
      const run = guest.run();
      if (name === "update") await run.upWithin({ vm: guest.vm, create: "true", update: failing }, [name]);
      const failure: unknown = await run.upWithin({ vm: guest.vm, ...inputs }, [name]).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      expect(String(failure)).not.toContain(secret);
    }
    expect(guest.host.said).not.toContain(secret);
  });

  test("are refused where everybody could see them: in arguments", async () => {
    const declared = { kind: "GuestProgramRun", secrets: ["arguments"] };
    const inputs = { vm: guest.vm, program: "/bin/echo", arguments: [secret] };
    const { failures } = await guest.host.check({ ...declared, inputs });
    expect(failures).toEqual([{ property: "", reason: expect.stringMatching(/^arguments: hold a secret/) as string }]);
    const create = { program: "/bin/echo", arguments: [secret] };
    const run = guest.run().upWithin({ vm: guest.vm, create }, ["create"]);
    await expect(run).rejects.toThrow("create: its program or arguments hold a secret");
  });

  test("that a program writes without having been given any are not hidden", async () => {
    const run = guest.run();
    writeFileSync(guest.at("/srv/plain"), "plain words");
    await run.upWithin({ vm: guest.vm, script: "cat /srv/plain", logging: "stdout" });
    await until(() => guest.host.said.includes("plain words"));
    expect([...guest.host.secretOutputs]).not.toContain("stdout");
  });

  test("leave nothing in the guest", async () => {
    await until(() => readdirSync(guest.at("/tmp")).length === 0);
    expect(readFileSync(guest.at("/srv/plain"), "utf8")).toBe("plain words");
  });
});
