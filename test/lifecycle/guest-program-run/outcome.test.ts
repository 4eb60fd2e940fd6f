import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

/** What comes out of a run: exit code, outputs, logs, and what is told of them. Nothing is looked at: one deploy will do. */
inOneGuest((guest) => {
  const ran = async (inputs: object, secrets: readonly string[] = []) => {
    const run = guest.run();
    await run.upWithin({ vm: guest.vm, ...inputs }, secrets);
    return run;
  };
  const stateOf = async (inputs: object) => (await ran(inputs)).state;

  describe("exit codes", () => {
    test("other than 0 fail the deploy with the end of what was said, unless they are declared a success", async () => {
      const script = "echo out; seq 1 5000 >&2; echo the disk is on fire >&2; exit 3";
      const failure = await ran({ script }).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(failure).toContain("vm-1: the script ended with exit code 3, accepted is 0. It wrote:\n  …");
      expect(failure).toContain("the disk is on fire");
      expect(failure.length).toBeLessThan(3_000);
      expect(await stateOf({ script: "exit 3", successExitCodes: [0, 3] })).toMatchObject({ exitCode: 3 });
      await expect(ran({ script: "exit 0", successExitCodes: [3] })).rejects.toThrow("accepted is 3");
      await expect(ran({ script: "kill -9 $$" })).rejects.toThrow("exit code 137 (ended by signal 9");
    });

    test("of a failed run are recorded, and the next deploy goes on from there", async () => {
      const run = guest.run();
      const declared = { vm: guest.vm, script: "echo tried; test -e /srv/ready || exit 3" };
      await expect(run.upWithin(declared)).rejects.toThrow("exit code 3");
      if (run.recorded !== undefined) expect(run.state).toMatchObject({ exitCode: 3, stdout: "tried" });
      writeFileSync(guest.at("/srv/ready"), "");
      expect(["create", "update"]).toContain(await run.upWithin(declared));
      expect(run.state).toMatchObject({ exitCode: 0, succeeded: true });
    });

    test("lead to another attempt, after a pause, as often as retry says", async () => {
      const script = "date +%s.%N >>/srv/attempts; test $(wc -l </srv/attempts) -ge 3";
      expect(await stateOf({ script, retry: { attempts: 3, delaySeconds: 0.5 } })).toMatchObject({ exitCode: 0 });
      const [first = 0, second = 0] = readFileSync(guest.at("/srv/attempts"), "utf8").split("\n").map(Number);
      expect(second - first).toBeGreaterThan(0.5);
      await until(() => guest.host.said.includes("attempt 2 of 3 ended with exit code 1"));
      const hopeless = { script: "echo x >>/srv/hopeless; exit 9", retry: { attempts: 2, delaySeconds: 0 } };
      await expect(ran(hopeless)).rejects.toThrow("exit code 9");
      expect(readFileSync(guest.at("/srv/hopeless"), "utf8")).toBe("x\nx\n");
    });
  });

  describe("outputs", () => {
    test("come whole, or cut at the limit with a mark", async () => {
      const whole = await stateOf({ script: "seq 1 20000; seq 1 3 >&2" });
      expect(String(whole["stdout"]).split("\n")).toHaveLength(20_000);
      expect(whole["stderr"]).toBe("1\n2\n3");
      const cut = await stateOf({ script: "seq 1 20000; seq 1 20000 >&2", outputLimitBytes: 100 });
      for (const stream of ["stdout", "stderr"]) expect(cut[stream]).toMatch(/^1\n2\n.*\[cut: 100 of 108894 bytes\]$/s);
    });

    test("that are no text are kept as bytes beside it", async () => {
      const state = await stateOf({ script: "printf '\\377\\000A'; printf '\\200' >&2" });
      expect(state["stdoutBase64"]).toBe(Buffer.from([0xff, 0, 0x41]).toString("base64"));
      expect(state["stderrBase64"]).toBe(Buffer.from([0x80]).toString("base64"));
      expect(await stateOf({ script: "echo ünï" })).not.toHaveProperty("stdoutBase64");
    });

    test.each([
      ["none", []],
      ["stdout", ["to-out"]],
      ["stderr", ["to-err"]],
      ["stdoutAndStderr", ["to-out", "to-err"]],
    ])("are shown as logging says: %s", async (logging, shown) => {
      const texts = ["to-out", "to-err"].map((text) => `${text}-${logging}-${guest.host.name}`);
      await ran({ script: `echo ${texts[0]}; echo ${texts[1]} >&2`, logging });
      for (const text of shown) await until(() => guest.host.said.includes(`${text}-${logging}`));
      const said = ["to-out", "to-err"].filter((text) => guest.host.said.includes(`${text}-${logging}`));
      expect(said).toEqual(shown);
    });
  });

  describe("logs", () => {
    const script = "echo one >/srv/one.log; echo two >'/srv/two.log'; printf '%2000s' x >/srv/long.log";

    test("are fetched to outputs, also after a run that failed; one that is missing is told", async () => {
      const logPaths = ["/srv/one.log", "/srv/none.log", "/srv/long.log"];
      const state = await stateOf({ script, logPaths, outputLimitBytes: 10 });
      expect(state["logs"]).toEqual({
        "/srv/one.log": "one\n",
        "/srv/long.log": `${" ".repeat(10)}\n[cut: 10 of 2000 bytes]`,
      });
      await until(() => guest.host.said.includes("/srv/none.log: the run left no such log"));
    });

    test("that can't be fetched fail the deploy, and the run that there was is recorded", async () => {
      guest.simulator.injectFault({ method: "InitiateFileTransferFromGuest", fault: "SystemError" });
      const run = guest.run();
      const declared = { vm: guest.vm, script: "echo ran; echo one >/srv/one.log; exit 4", logPaths: ["/srv/one.log"] };
      await expect(run.upWithin(declared)).rejects.toThrow("InitiateFileTransferFromGuest of /srv/one.log");
      expect(run.state).toMatchObject({ exitCode: 4, stdout: "ran", succeeded: false });
    });

    test("are fetched to a directory of this machine", async () => {
      const directory = join(mkdtempSync(join(tmpdir(), "logs-")), "new");
      try {
        const logPaths = ["/srv/one.log", "/srv/two.log"];
        await expect(ran({ script: `${script}; exit 1`, logPaths, logDirectory: directory })).rejects.toThrow();
        expect(readdirSync(directory).sort()).toEqual(["vm-1-srv!one.log", "vm-1-srv!two.log"]);
        expect(statSync(join(directory, "vm-1-srv!one.log")).mode & 0o777).toBe(0o600);
        const { logs } = await stateOf({ script, logPaths, logDirectory: directory });
        expect(logs).toEqual({
          "/srv/one.log": join(directory, "vm-1-srv!one.log"),
          "/srv/two.log": join(directory, "vm-1-srv!two.log"),
        });
      } finally {
        rmSync(join(directory, ".."), { recursive: true });
      }
    });
  });

  test("nothing is left in the guest", async () => {
    await until(() => readdirSync(guest.at("/tmp")).length === 0);
  });
});
