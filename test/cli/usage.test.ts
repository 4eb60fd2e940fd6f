import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { WithExamples } from "../../cli/commands/verb";
import { vsphereGuest } from "../../cli/program";
import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  const vms = [{ name: "web-1" }, { name: "web-2" }, { name: "spare-1" }, { name: "win-1", os: "windows" as const }];
  world = await startCommandWorld({ vms });
  mkdirSync(join(world.directory, "site"));
  writeFileSync(join(world.directory, "site", "index.html"), "");
  for (const [name, text] of Object.entries({ "app.conf": "a", "check.sh": "true" }))
    writeFileSync(join(world.directory, name), text);
});
afterAll(() => world.stop());

const unset = (...names: string[]) => ({ env: Object.fromEntries(names.map((name) => [name, undefined])) });

test("what is not given as it has to be ends with 2, and the nearest name", async () => {
  const rows = await Promise.all(
    [
      { args: ["lss"], says: /unknown command 'lss'\n\(Did you mean ls\?\)/ },
      { args: ["ls", "--lng", "/"], says: /unknown option '--lng'\n\(Did you mean --long\?\)/ },
      { args: ["ls", "/"], says: /No machine is named\. Give --vm/ },
      { args: ["ls", "--vm", "web"], says: /missing required argument 'path'/ },
      { args: ["ls", "/", "--vm", "web-9"], says: /No VM "web-9".*/ },
      { args: ["ls", "/", "--vm", "x-*"], says: /No VM fits x-\*/ },
      { args: ["ls", "/", "--vm", "web-1", "--timeout", "soon"], says: /--timeout: / },
      { args: ["touch", "/x", "--vm", "web-1", "--date", "soon"], says: /--date: must be a time such as/ },
      { args: ["ls", "/", "--vm", "web-1", "-R", "--match", "x"], says: /--match is of one directory/ },
      { args: ["chmod", "9", "/x", "--vm", "web-1"], says: /<mode>: must be 3 or 4 octal digits/ },
      {
        args: ["ls", "/", "--vm", "web-1"],
        options: unset("VSPHERE_SERVER"),
        says: /There is no server\. Give --server/,
      },
      {
        args: ["ls", "/", "--vm", "web-1"],
        options: unset("VSPHERE_PASSWORD"),
        says: /There is no password of administrator@vsphere.local.*Set VSPHERE_PASSWORD/,
      },
      {
        args: ["ls", "/", "--vm", "web-1"],
        options: unset("VSPHERE_GUEST_USER"),
        says: /There is no login for the guest\. Give --guest-user/,
      },
      { args: ["ls", "/", "--vm", "web-1", "--guest-password-file", "none"], says: /--guest-password-file none: / },
    ].map(async ({ args, options, says }) => ({ says, ended: await world.run(args, options) })),
  );
  for (const { says, ended } of rows) {
    expect(ended.stderr).toMatch(says);
    expect([ended.code, ended.stdout]).toEqual([2, ""]);
  }
});

test("refused logins and servers that are not there are failures, with what to do", async () => {
  const [guest, vcenter, server] = await Promise.all([
    world.run(["auth", "check", "--vm", "web-1", "--guest-user", "nobody"]),
    world.run(["auth", "check", "--vm", "web-1"], { env: { VSPHERE_PASSWORD: "wr0ng" } }),
    world.run(["auth", "check", "--vm", "web-1", "--server", "127.0.0.1:1"]),
  ]);
  expect([guest.code, vcenter.code, server.code]).toEqual([1, 1, 1]);
  expect(guest.stderr).toContain('the guest refused the login of "nobody"');
  expect(vcenter.stderr).toContain("refused the login of administrator@vsphere.local");
  expect(vcenter.stderr).not.toContain("wr0ng");
});

test("govc's variables do, and passwords come from files and pipes", async () => {
  const { server, certificate } = world.simulator;
  const nothing = Object.fromEntries(
    ["SERVER", "USER", "PASSWORD", "CA_FILE", "GUEST_USER", "GUEST_PASSWORD"].map((name) => [
      `VSPHERE_${name}`,
      undefined,
    ]),
  );
  const govc = {
    ...nothing,
    GOVC_URL: `https://administrator%40vsphere.local:simulated@${server}/sdk`,
    GOVC_TLS_CA_CERTS: certificate,
  };
  const asGovc = await world.run(["exists", "/etc"], {
    env: { ...govc, GOVC_GUEST_LOGIN: "root:simulated", GOVC_VM: "web-1" },
  });
  expect(asGovc).toEqual({ code: 0, stdout: "true\n", stderr: "" });
  const parts = {
    ...nothing,
    GOVC_URL: server,
    GOVC_USERNAME: "administrator@vsphere.local",
    GOVC_PASSWORD: "simulated",
    GOVC_INSECURE: "1",
  };
  expect((await world.run(["vm", "find", "web-1"], { env: parts })).code).toBe(0);
  writeFileSync(join(world.directory, "guest.txt"), "simulated\n");
  const files = ["--password-file", "-", "--guest-password-file", "guest.txt"];
  const unsetPasswords = unset("VSPHERE_PASSWORD", "VSPHERE_GUEST_PASSWORD");
  const asFiles = await world.run(["auth", "check", "--vm", "web-1", ...files], {
    ...unsetPasswords,
    stdin: "simulated\n",
  });
  expect(asFiles).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("help, version and completion", async () => {
  const [help, version, verb] = await Promise.all([
    world.run(["--help"]),
    world.run(["--version"]),
    world.run(["ls", "--help"]),
  ]);
  expect([help.code, version.code, verb.code]).toEqual([0, 0, 0]);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(help.stdout).toContain("Exit codes:");
  expect(verb.stdout).toContain("vsphere-guest ls /etc --vm web-1");
  for (const shell of ["bash", "zsh", "fish", "powershell"])
    expect((await world.run(["complete", shell])).stdout).toContain("vsphere-guest");
  expect((await world.run(["complete", "--", "vm", "po"])).stdout).toMatch(/^power\t/);
});

/** Verbs with their names in front, in the order of the help. */
function verbs(command: Command, names: readonly string[] = []): { name: string; lines: readonly string[] }[] {
  return command.commands.flatMap((one) => {
    const path = [...names, one.name()];
    return one.commands.length > 0
      ? verbs(one, path)
      : [{ name: path.join(" "), lines: (one as WithExamples).examples ?? [] }];
  });
}

/** As a shell cuts it: words, some in quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

test("each verb's help has examples, and they work as written", async () => {
  // What the examples take for granted.
  mkdirSync(world.at("/srv/old"), { recursive: true });
  mkdirSync(world.at("/srv/app"), { recursive: true });
  writeFileSync(world.at("/srv/app/old.conf"), "");
  const order = ["mkdir", "rmdir", "upload", "chmod", "chown", "touch", "mv", "rm"];
  const rank = ({ name }: { name: string }) => (order.includes(name) ? order.indexOf(name) : -1);
  const all = verbs(vsphereGuest(new Command("simulate")))
    .filter(({ name }) => name !== "simulate")
    .sort((a, b) => rank(a) - rank(b));
  const ofMachines = ["vm power", "vm unregister", "vm register"];
  // A process to end has to be there; a trial takes half a minute.
  const triedElsewhere = ["kill", "try"];
  const results: [string, number | null, string][] = [];
  for (const { name, lines } of all) {
    expect([name, lines.length > 0]).toEqual([name, true]);
    if ([...ofMachines, ...triedElsewhere].includes(name)) continue;
    for (const line of lines) {
      const { code, stdout, stderr } = await world.run(words(line));
      if (name === "auth acquire") writeFileSync(join(world.directory, "ticket.txt"), stdout);
      results.push([line, code, stderr]);
    }
  }
  expect(results.filter(([, code, stderr]) => code !== 0 || stderr !== "")).toEqual([]);
  // One after the other, as they change what the next one needs.
  const done: (number | null)[] = [];
  for (const line of [
    "vm power off --vm spare-1",
    "vm unregister --vm spare-1",
    "vm register '[datastore1] spare-1/spare-1.vmx' --folder /DC0/vm",
    "vm power on --vm spare-1",
  ])
    done.push((await world.run(words(line))).code);
  expect(done).toEqual([0, 0, 0, 0]);
}, 240_000);
