import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { guestFile, guestProgramRun } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
const file = { vm: "vm-1", path: "/etc/app.conf", content: "x", timeoutSeconds: 5 };

beforeEach(async () => {
  lifecycle = await SimulatedLifecycle.start({
    vms: [{ name: "vm-1" }, { name: "twin", folder: "a" }, { name: "twin", folder: "b" }],
    guestUsers: [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }],
  });
});
afterEach(() => lifecycle.stop());

const user = "administrator@vsphere.local";
const app = { username: "app", password: "app" };
const root = () => lifecycle.simulator.vm("vm-1").root;

interface Case {
  readonly what: string;
  readonly prepare?: () => unknown;
  readonly act: () => Promise<unknown>;
  readonly code: string;
  /** Each must stand in the message. */
  readonly says: readonly (string | RegExp)[];
}

const cases: Case[] = [
  {
    what: "no such VM",
    act: () => lifecycle.create(guestFile, { ...file, vm: "vm-l" }),
    code: "VM_NOT_FOUND",
    says: ["vm-l", "vm-1"],
  },
  {
    what: "several VMs match",
    act: () => lifecycle.create(guestFile, { ...file, vm: "twin" }),
    code: "VM_AMBIGUOUS",
    says: ["/DC0/vm/a/twin", "/DC0/vm/b/twin"],
  },
  {
    what: "wrong vCenter password",
    act: () => lifecycle.with({ password: "wrong" }).create(guestFile, file),
    code: "VCENTER_LOGIN_FAILED",
    says: [user, "VSPHERE_PASSWORD"],
  },
  {
    what: "wrong guest password",
    act: () => lifecycle.with({ guestPassword: "wrong" }).create(guestFile, file),
    code: "GUEST_LOGIN_FAILED",
    says: ["vm-1", "root"],
  },
  {
    what: "missing privilege",
    prepare: () =>
      lifecycle.simulator.setPrivileges(user, [
        "System.View",
        "System.Read",
        "System.Anonymous",
        "VirtualMachine.GuestOperations.Query",
      ]),
    act: () => lifecycle.create(guestFile, file),
    code: "VCENTER_PERMISSION_DENIED",
    says: ["VirtualMachine.GuestOperations.Modify", "vm-1"],
  },
  {
    what: "VM off",
    prepare: () => lifecycle.simulator.vm("vm-1").powerOff(),
    act: () => lifecycle.create(guestFile, { ...file, timeoutSeconds: 1 }),
    code: "VM_NOT_READY",
    says: ["vm-1", /powered off/],
  },
  {
    what: "Tools not ready in time",
    prepare: () => lifecycle.simulator.vm("vm-1").setToolsState("notRunning"),
    act: () => lifecycle.create(guestFile, { ...file, timeoutSeconds: 1 }),
    code: "VM_NOT_READY",
    says: ["vm-1", "Tools"],
  },
  {
    what: "path missing",
    act: () => lifecycle.create(guestFile, { ...file, path: "/none/app.conf" }),
    code: "PATH_NOT_FOUND",
    says: ["vm-1", "/none", "createParents"],
  },
  {
    what: "is a directory",
    prepare: () => mkdirSync(join(root(), "etc/app.conf")),
    act: () => lifecycle.create(guestFile, file),
    code: "NOT_A_FILE",
    says: ["vm-1 /etc/app.conf", "directory"],
  },
  {
    what: "is a link",
    prepare: () => symlinkSync("/etc/passwd", join(root(), "etc/app.conf")),
    act: () => lifecycle.create(guestFile, file),
    code: "NOT_A_FILE",
    says: ["/etc/passwd", "symlinks"],
  },
  {
    what: "permission denied in the guest",
    act: () => lifecycle.create(guestFile, { ...file, guest: app }),
    code: "GUEST_PERMISSION_DENIED",
    says: ["vm-1", "/etc", "app"],
  },
  {
    what: "program missing",
    act: () => lifecycle.create(guestProgramRun, { vm: "vm-1", program: "/opt/none", timeoutSeconds: 10 }),
    code: "PATH_NOT_FOUND",
    says: ["vm-1", "/opt/none"],
  },
  {
    what: "exit code not accepted",
    act: () =>
      lifecycle.create(guestProgramRun, {
        vm: "vm-1",
        script: "echo out; echo the disk is on fire >&2; exit 3",
        timeoutSeconds: 10,
      }),
    code: "PROGRAM_FAILED",
    says: ["vm-1", "exit code 3", "the disk is on fire"],
  },
  {
    what: "timed out",
    act: () => lifecycle.create(guestProgramRun, { vm: "vm-1", script: "sleep 600 & sleep 600", timeoutSeconds: 2 }),
    code: "TIMED_OUT",
    says: ["vm-1", /2 s/],
  },
  {
    what: "certificate not trusted",
    act: () => lifecycle.with({ thumbprint: "00".repeat(32) }).create(guestFile, file),
    code: "CERTIFICATE_NOT_TRUSTED",
    says: [/thumbprint/i, /[0-9A-F]{2}(:[0-9A-F]{2}){31}/],
  },
  {
    what: "vCenter not reachable",
    act: () => lifecycle.with({ server: "127.0.0.1:1" }).create(guestFile, file),
    code: "VCENTER_UNREACHABLE",
    says: ["127.0.0.1:1"],
  },
];

test.each(cases)("$what: $code", async ({ prepare, act, code, says }) => {
  await prepare?.();
  const before = readdirSync(join(root(), "etc"));
  const error = await act().then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(`${codeOf(error)}: ${error?.message}`).toMatch(new RegExp(`^${code}: `));
  for (const text of says) expect(error?.message).toMatch(text);
  expect(error?.message).not.toMatch(/vcenter-password|guest-password/);
  expect(readdirSync(join(root(), "etc"))).toEqual(before);
  expect(leftovers()).toEqual([]);
});

function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if ("code" in at) return String(at.code);
  return undefined;
}

/** Names of temporary files and run directories of ours in the guest. */
function leftovers(): string[] {
  return readdirSync(join(root(), "tmp")).concat(
    readdirSync(join(root(), "etc")).filter((name) => name.includes("pulumi")),
  );
}

test("a file that could not be made is made by the next create", async () => {
  await expect(lifecycle.create(guestFile, { ...file, path: "/srv/x/app.conf" })).rejects.toThrow("/srv/x");
  mkdirSync(join(root(), "srv/x"), { recursive: true });
  const made = await lifecycle.create(guestFile, { ...file, path: "/srv/x/app.conf" });
  expect(await lifecycle.differences(guestFile, made, { ...file, path: "/srv/x/app.conf" })).toEqual([]);
});

test("the process tree of a program that timed out is ended", async () => {
  const run = {
    vm: "vm-1",
    script: "echo $$ > /root/pid; (sleep 600; touch /root/survived) & wait",
    timeoutSeconds: 2,
  };
  await expect(lifecycle.create(guestProgramRun, run)).rejects.toThrow("2 s");
  const alive = await lifecycle.create(guestProgramRun, {
    vm: "vm-1",
    script: "ps -e -o args= 2>/dev/null | grep -c '[s]leep 600' || true",
  });
  expect(alive.state["stdout"]).toBe("0");
  writeFileSync(join(root(), "root/done"), "");
});
