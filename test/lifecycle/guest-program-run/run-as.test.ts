import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { inOneGuest, type OneGuest } from "../one-guest";
import { until } from "../../until";

const users = [
  { name: "deploy", password: "deploy", uid: 1001, gid: 1001, home: "/home/deploy" },
  { name: "app", password: "app", uid: 1002, gid: 1002, home: "/home/app" },
];
const deploy = { username: "deploy", password: "deploy" };
const sudoPassword = "s3same-open";

const isRoot = process.getuid?.() === 0;
const has = (program: string) => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
const methods = { sudo: isRoot && has("sudo"), su: isRoot && has("su") };
for (const [method, isThere] of Object.entries(methods)) {
  const why = isRoot ? "is not installed here" : "needs the simulator to run as root";
  if (!isThere) process.stderr.write(`SKIPPED: program runs as another account, since \`${method}\` ${why}\n`);
}
const withSudo = methods.sudo ? describe : describe.skip;
const withSu = methods.su ? describe : describe.skip;

/** The machine's own sudo and su decide in the guest by the guest's accounts and rules. */
function prepare(guest: OneGuest): void {
  for (const directory of ["/etc/pam.d", "/etc/security"]) cpSync(directory, guest.at(directory), { recursive: true });
  const crypt = ["-e", "print crypt($ARGV[0], '$6$pepper$')", sudoPassword];
  const hash = spawnSync("perl", crypt, { encoding: "utf8" }).stdout;
  const shadow = [
    ["root", "*"],
    ["deploy", hash],
    ["app", "*"],
  ].map(([name, word]) => `${name}:${word}:19000:0:99999:7:::`);
  writeFileSync(guest.at("/etc/shadow"), `${shadow.join("\n")}\n`, { mode: 0o600 });
  appendFileSync(guest.at("/etc/hosts"), `127.0.0.1 ${hostname()}\n`);
}

function allow(guest: OneGuest, ...rules: readonly string[]): void {
  const sudoers = ["Defaults env_reset", 'Defaults secure_path="/usr/sbin:/usr/bin"', ...rules];
  writeFileSync(guest.at("/etc/sudoers"), `${sudoers.join("\n")}\n`);
  chmodSync(guest.at("/etc/sudoers"), 0o440);
}

inOneGuest(
  (guest) => {
    const ran = async (inputs: object, secrets: readonly string[] = []) => {
      const run = guest.run();
      await run.upWithin({ vm: guest.vm, timeoutSeconds: 30, ...inputs }, secrets);
      return run;
    };
    const stdoutOf = async (inputs: object) => (await ran(inputs)).state["stdout"];
    beforeAll(() => prepare(guest));

    const everyRule = (as: object) => {
      test("runs programs and scripts as the account, in its home, with arguments as they stand", async () => {
        expect(await stdoutOf({ script: 'id -un; pwd; echo "$HOME $USER"', ...as })).toBe(
          "app\n/home/app\n/home/app app",
        );
        const words = ["-x", "a b", "$HOME", "it's", "A=1", ""];
        const program = { program: "/usr/bin/printf", arguments: ["[%s]", ...words] };
        expect(await stdoutOf({ ...program, ...as })).toBe(words.map((word) => `[${word}]`).join(""));
        expect(await stdoutOf({ script: "import os; print(os.getuid())", interpreter: "python3", ...as })).toBe("1002");
        expect(await stdoutOf({ program: "/bin/pwd", workingDirectory: "/srv", ...as })).toBe("/srv");
        expect((await ran({ script: "exit 7", successExitCodes: [7], ...as })).state["exitCode"]).toBe(7);
      });

      test("leaves standard input to the program, and gives a script none but its own", async () => {
        expect(await stdoutOf({ program: "/usr/bin/wc", arguments: ["-l"], stdin: "a\nb\n", ...as })).toBe("2");
        expect(await stdoutOf({ script: "cat; echo end", ...as })).toBe("end");
        expect(await stdoutOf({ script: "cat; echo end", stdin: "own ", ...as })).toBe("own end");
      });

      test("sets all variables that are declared, also those that sudo and su drop", async () => {
        const environment = { A: "it's $1\ntwo", HOME: "/srv", PATH: "/opt:/usr/bin", LD_LIBRARY_PATH: "/opt" };
        expect(await stdoutOf({ script: 'echo "$A|$HOME|$PATH|$LD_LIBRARY_PATH"', environment, ...as })).toBe(
          "it's $1\ntwo|/srv|/opt:/usr/bin|/opt",
        );
        const env = { program: "/usr/bin/env", environment: { ONLY: "this" }, environmentMode: "replace" };
        const lines = String(await stdoutOf({ ...env, ...as }))
          .split("\n")
          .sort();
        expect(lines).toEqual([
          "ONLY=this",
          expect.stringMatching(/^VSPHERE_GUEST_RUN=\/tmp\/\.vsphere-guest-run-[A-Za-z0-9]{12}\.$/),
        ]);
      });

      test("ends the whole tree at a timeout", async () => {
        const script =
          "echo $$ >/tmp/pids; sh -c 'echo $$ >>/tmp/pids; sleep 600' & setsid sh -c 'echo $$ >>/tmp/pids; sleep 600' & sleep 600";
        await expect(ran({ script, ...as, timeoutSeconds: 2 })).rejects.toThrow("timed out after 2 s");
        const gone = "for pid in $(cat /tmp/pids); do while [ -e /proc/$pid ]; do sleep 0.05; done; done; rm /tmp/pids";
        await ran({ script: gone, timeoutSeconds: 10 });
      });

      test("keeps secrets out of the process table and of what is told", async () => {
        const script = 'echo "$TOKEN"; cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -c "hush-hus[h]"; exit 0';
        const run = await ran({ script, environment: { TOKEN: "hush-hush" }, ...as }, ["environment"]);
        expect(run.state["stdout"]).toBe("hush-hush\n0");
        expect(guest.host.said).not.toContain("hush-hush");
      });

      test("holds for guards, update and delete", async () => {
        const run = guest.run();
        const tell = "id -un >>/home/app/who";
        const declared = { vm: guest.vm, create: tell, update: tell, delete: tell, ...as };
        await run.upWithin(declared);
        await run.upWithin({ ...declared, triggers: [1] });
        await run.destroy();
        expect(readFileSync(guest.at("/home/app/who"), "utf8")).toBe("app\napp\napp\n");
        const unless = "test -e /home/app/made-by-$(id -un)";
        expect(await stdoutOf({ script: "echo made; touch /home/app/made-by-app", unless, ...as })).toBe("made");
        await ran({ script: "rm /home/app/*", ...as });
      });
    };

    withSudo("runAs by sudo -n", () => {
      beforeAll(() => allow(guest, "deploy ALL=(ALL:ALL) NOPASSWD: ALL"));
      everyRule({ guest: deploy, runAs: "app" });
    });

    withSudo("runAs by sudo with a password", () => {
      beforeAll(() => allow(guest, "deploy ALL=(ALL:ALL) ALL"));
      const as = { guest: deploy, runAs: "app", runAsPassword: sudoPassword };

      test("runs as the account, with all that the program is given", async () => {
        const script = 'id -un; echo "$A"; cat';
        expect(await stdoutOf({ script, stdin: "input", environment: { A: "it's" }, ...as })).toBe("app\nit's\ninput");
        expect(await stdoutOf({ program: "/usr/bin/id", arguments: ["-un"], ...as })).toBe("app");
      });

      test("that is wrong is tried once, and no guard takes the refusal for an answer", async () => {
        const wrong = { guest: deploy, runAs: { user: "app", method: "sudo" }, runAsPassword: "wr0ng" };
        const run = ran({ script: "id -un\nid -un\nid -un", ...wrong });
        await expect(run).rejects.toThrow("sudo: 1 incorrect password attempt");
        const guarded = ran({ script: "true", onlyIf: "true", ...wrong });
        await expect(guarded).rejects.toThrow("the onlyIf command could not be run");
        expect(guest.host.said).not.toContain("wr0ng");
      });

      test("that sudo does not ask for goes nowhere", async () => {
        allow(guest, "deploy ALL=(ALL:ALL) NOPASSWD: ALL");
        const run = await ran({ script: "cat; echo end", ...as });
        expect(run.state).toMatchObject({ stdout: "end", stderr: "" });
        expect([...guest.host.secretOutputs]).toContain("runAsPassword");
        expect([...guest.host.secretOutputs]).not.toContain("runAs");
        const rotated = { vm: guest.vm, timeoutSeconds: 30, script: "cat; echo end", ...as, runAsPassword: "rotated" };
        expect(await run.preview(rotated)).toBe("same");
      });

      test("needs runAs by sudo", async () => {
        // Pulumi prints the value of the property that a failure names, so a secret one stands in the reason.
        const needed = [": runAsPassword: needs runAs by sudo"];
        const su = { user: "app", method: "su" };
        expect(await guest.run().failures({ vm: guest.vm, script: "id", runAsPassword: "x" })).toEqual(needed);
        expect(await guest.run().failures({ vm: guest.vm, script: "id", runAs: su, runAsPassword: "x" })).toEqual(
          needed,
        );
      });
    });

    withSudo("sudo's own refusals", () => {
      test("are told: of a password, a terminal, a login that may nothing", async () => {
        const run = { script: "id -un", guest: deploy, runAs: "app" };
        allow(guest, "deploy ALL=(ALL:ALL) ALL");
        await expect(ran(run)).rejects.toThrow("sudo: a password is required");
        allow(guest, "Defaults requiretty", "deploy ALL=(ALL:ALL) NOPASSWD: ALL");
        await expect(ran(run)).rejects.toThrow("sudo: sorry, you must have a tty to run sudo");
        allow(guest);
        await expect(ran(run)).rejects.toThrow("exit code 126");
      });

      test("of a shell do not keep it from the one command that it allows", async () => {
        allow(guest, "deploy ALL=(app) NOPASSWD: /usr/bin/id -un");
        const as = { guest: deploy, runAs: "app" };
        expect(await stdoutOf({ program: "/usr/bin/id", arguments: ["-un"], ...as })).toBe("app");
        await expect(ran({ program: "/usr/bin/id", arguments: ["-u"], ...as })).rejects.toThrow(
          /password is required|not allowed/,
        );
        await expect(ran({ script: "id -un", ...as })).rejects.toThrow(
          "sudo does not let this login run /bin/sh as app",
        );
      });
    });

    withSu("runAs by su", () => everyRule({ runAs: { user: "app", method: "su" } }));

    test("nothing is left in the guest", async () => {
      await until(() => readdirSync(guest.at("/tmp")).length === 0);
    });
  },
  { guestUsers: users },
);
