import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const administrator = "administrator@vsphere.local";

/** Each expectation, met and not met: what the report says of it. */
inOneGuest((guest) => {
  beforeAll(() => {
    mkdirSync(guest.at("/srv/app"));
    writeFileSync(guest.at("/srv/app/app.conf"), "port = 80\n");
    chmodSync(guest.at("/srv/app/app.conf"), 0o640);
    symlinkSync("app.conf", guest.at("/srv/app/link"));
  });

  const inTmp = () => readdirSync(guest.at("/tmp"));
  const nothingIsLeft = () =>
    until(
      () => inTmp().length === 0,
      () => `left: ${inTmp().join(", ")}`,
    );

  /** Rows of the report: subject, found, met. Nothing fails the deploy. */
  const reported = async (inputs: object, secrets: readonly string[] = []) => {
    const gate = guest.check();
    await gate.upWithin({ vm: guest.vm, onFailure: "warn", ...inputs }, secrets);
    const { report, satisfied, failures } = gate.state as {
      report: { subject: string; expected: string; found: string; met: boolean }[];
      satisfied: boolean;
      failures: string[];
    };
    const unmet = report.filter(({ met }) => !met);
    expect(satisfied).toBe(unmet.length === 0);
    expect(failures).toEqual(unmet.map((row) => `${row.subject}: ${row.found}, expected ${row.expected}`));
    return report.map(({ subject, found, met }) => `${met ? "met" : "NOT"}  ${subject} ${found}`);
  };

  test("variables: exactly so, matching, one of several, absent", async () => {
    const met = {
      HOME: "/root",
      PATH: { matches: "(^|:)/usr/bin(:|$)" },
      USER: { oneOf: ["root", "admin"] },
      http_proxy: { absent: true },
    };
    expect(await reported({ variables: met })).toEqual([
      'met  variable HOME is "/root"',
      expect.stringMatching(/^met {2}variable PATH is "/),
      'met  variable USER is "root"',
      "met  variable http_proxy is not set",
    ]);
    const unmet = {
      HOME: "/home",
      PATH: { matches: "^nowhere$" },
      USER: { oneOf: ["a", "b"] },
      SHELL: { absent: true },
    };
    const rows = await reported({ variables: { ...unmet, MISSING: "x" } });
    expect(rows.map((row) => row.slice(0, 3))).toEqual(Array(5).fill("NOT"));
    expect(rows).toContain("NOT  variable MISSING is not set");
  });

  test("operating system and VMware Tools, as vCenter tells them", async () => {
    const good = {
      guestFamily: "linuxGuest",
      guestId: { matches: "64Guest$" },
      guestFullName: { matches: "Debian" },
      toolsVersionStatus: { oneOf: ["guestToolsCurrent", "guestToolsUnmanaged"] },
      minimumToolsVersion: "12.2",
    };
    expect((await reported(good)).map((row) => row.slice(0, 3))).toEqual(Array(5).fill("met"));
    const bad = {
      guestFamily: "windowsGuest",
      guestId: "other",
      guestFullName: "other",
      toolsVersionStatus: "guestToolsNeedUpgrade",
      minimumToolsVersion: "12.2.1",
    };
    expect(await reported(bad)).toEqual([
      'NOT  guest family is "linuxGuest"',
      expect.stringMatching(/^NOT {2}guest id is "/),
      expect.stringMatching(/^NOT {2}guest operating system is ".*Debian/),
      'NOT  VMware Tools status is "guestToolsUnmanaged"',
      "NOT  VMware Tools version is 12.2.0",
    ]);
  });

  test("paths: what is there, its mode, owner, group and content; links are not followed", async () => {
    const file = { type: "file", mode: "0640", owner: "root", group: 0, sha256: sha256("port = 80\n").toUpperCase() };
    const paths = {
      "/srv/app": "directory",
      "/srv/app/app.conf": file,
      "/srv/app/link": "symlink",
      "/srv/none": "absent",
      "/etc": "present",
    };
    expect((await reported({ paths })).map((row) => row.slice(0, 3))).toEqual(Array(9).fill("met"));
    const wrong = {
      "/etc": "absent",
      "/srv/app": "file",
      "/srv/app/app.conf": { mode: "0644", owner: 1001, group: "root", sha256: sha256("") },
      "/srv/app/link": "file",
      "/srv/none": "present",
    };
    expect(await reported({ paths: wrong })).toEqual([
      "NOT  /etc is a directory",
      "NOT  /srv/app is a directory",
      "met  /srv/app/app.conf is a file",
      "NOT  /srv/app/app.conf mode is 0640",
      "NOT  /srv/app/app.conf owner is 0",
      "met  /srv/app/app.conf group is root",
      `NOT  /srv/app/app.conf sha256 is ${sha256("port = 80\n")}`,
      "NOT  /srv/app/link is a symlink",
      "NOT  /srv/none is absent",
    ]);
  });

  test("free space, by a program that is run only where it is asked for", async () => {
    const programs = () => guest.simulator.calls.filter(({ method }) => method === "StartProgramInGuest").length;
    guest.simulator.clearCalls();
    await reported({ paths: { "/srv": "directory" }, variables: { HOME: "/root" }, guestFamily: "linuxGuest" });
    expect(programs()).toBe(0);
    const rows = await reported({ minimumFreeBytes: { "/": 1, "/srv/app": Number.MAX_SAFE_INTEGER, "/srv/none": 1 } });
    expect(programs()).toBeGreaterThan(0);
    expect(rows).toEqual([
      expect.stringMatching(/^met {2}free space at \/ is [\d.]+ \wiB$/),
      expect.stringMatching(/^NOT {2}free space at \/srv\/app is [\d.]+ \wiB$/),
      "NOT  free space at /srv/none cannot be told",
    ]);
  });

  test("processes: running, not running, running as an account, whatever stands in its command line", async () => {
    const daemon =
      "cp /bin/sh /srv/my-daemon; setsid /srv/my-daemon -c 'sleep 60; : a\u2028b' >/dev/null 2>&1 </dev/null & exit 0";
    await guest.run().upWithin({ vm: guest.vm, script: daemon });
    await guest.check().upWithin({ vm: guest.vm, processes: { "my-daemon": "running" }, waitSeconds: 10 });
    expect(await reported({ processes: { "my-daemon": { owner: "root" }, "no-such-program": "notRunning" } })).toEqual([
      "met  process my-daemon is running as root",
      "met  process no-such-program is not running",
    ]);
    const wrong = { "my-daemon": "notRunning", "no-such-program": "running", other: { owner: "root" } };
    expect(await reported({ processes: wrong })).toEqual([
      "NOT  process my-daemon is running as root",
      "NOT  process no-such-program is not running",
      "NOT  process other is not running",
    ]);
    expect(await reported({ processes: { "my-daemon": { owner: "app" } } })).toEqual([
      "NOT  process my-daemon is running as root",
    ]);
  });

  test("vCenter privileges of the provider's user", async () => {
    const modify = "VirtualMachine.GuestOperations.Modify";
    const basic = ["System.Anonymous", "System.View", "System.Read", "VirtualMachine.GuestOperations.Query"];
    expect(await reported({ privileges: [modify] })).toEqual([`met  privilege ${modify} is granted`]);
    // A run before this may be tidied up still, which takes more privileges.
    await nothingIsLeft();
    guest.simulator.setPrivileges(administrator, basic);
    expect(await reported({ privileges: [basic[3], modify] })).toEqual([
      `met  privilege ${basic[3]} is granted`,
      `NOT  privilege ${modify} is not granted`,
    ]);
    guest.simulator.setPrivileges(administrator, undefined);
  });

  test("the guest login, told with the rest instead of failing them", async () => {
    expect(await reported({ validateLogin: true })).toEqual(["met  guest login works"]);
    const wrong = { guest: { username: "root", password: "wr0ng" }, validateLogin: true, guestFamily: "windowsGuest" };
    expect(await reported(wrong)).toEqual(["NOT  guest login is refused", 'NOT  guest family is "linuxGuest"']);
    expect(guest.host.said).not.toContain("wr0ng");
  });

  test("secret expectations are compared, and shown nowhere", async () => {
    const rows = await reported({ variables: { HOME: "hush-hush", USER: "root" } }, ["variables"]);
    expect(rows).toEqual(["NOT  variable HOME is set to a secret", "met  variable USER is set to a secret"]);
    const marked = ["variables", "report", "failures", "expected"];
    expect([...guest.host.secretOutputs]).toEqual(expect.arrayContaining(marked));
    await until(() => guest.host.said.includes("NOT MET  variable HOME"));
    expect(guest.host.said).not.toContain("hush-hush");
  });

  test("a secret hash is compared, and shown nowhere", async () => {
    writeFileSync(guest.at("/srv/pin"), "1234");
    const sha256 = "03ac674216f3e15c761ee1a5e255f067953623c8b388b4459e13f978d7c846f4";
    const other = sha256.replace("03", "30");
    const paths = { "/srv/pin": { sha256: other, mode: "0600" }, "/srv/none": "present" };
    expect(await reported({ paths }, ["paths"])).toEqual([
      "NOT  /srv/none is absent",
      "met  /srv/pin is a file",
      "NOT  /srv/pin mode is otherwise",
      "NOT  /srv/pin sha256 is otherwise",
    ]);
    expect([...guest.host.secretOutputs]).toEqual(expect.arrayContaining(["paths", "report", "failures"]));
    await until(() => guest.host.said.includes("NOT MET  /srv/pin sha256"));
    for (const secret of [sha256, other]) expect(guest.host.said).not.toContain(secret);
    expect(await reported({ guestId: "hush-hush" }, ["guestId"])).toEqual(["NOT  guest id is otherwise"]);
    expect(guest.host.said).not.toContain("hush-hush");
  });

  test("what cannot be an expectation is refused before anything is asked", async () => {
    const failures = await guest.check().failures({
      vm: guest.vm,
      variables: { A: { matches: "(" }, B: { is: "x" } },
      paths: { "srv/app": "file", "/srv": "folder", "/etc": { mode: "9" } },
      minimumToolsVersion: "new",
    });
    expect(failures.map((line) => line.split(": ")[0]).sort()).toEqual(
      [
        'paths["/etc"].mode',
        'paths["/srv"]',
        'paths["srv/app"]',
        "minimumToolsVersion",
        "variables.A.matches",
        "variables.B.is",
      ].sort(),
    );
  });

  test("leave nothing in the guest", async () => {
    await nothingIsLeft();
  });
});
