import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ContentSource, Guest } from "../../../../provider/guest/guest";
import type { TransferRoute } from "../../../../provider/vcenter/settings";
import type { Simulator } from "../../../../simulator";
import { methods, operation, root, withVCenter } from "../../vcenter/workbench";

const enoughMs = 60_000;

/** Runs `use` with a guest whose ESXi host cannot be reached: nobody listens on port 1. */
async function withoutRoute(
  use: (guest: Guest, simulator: Simulator, inGuest: (path: string) => string) => Promise<void>,
  transfer?: TransferRoute,
) {
  const changes = { transferHosts: { "127.0.0.1": "127.0.0.1:1" }, ...(transfer === undefined ? {} : { transfer }) };
  await withVCenter(
    // Where programs are ordinary processes, base64 that begins with a slash is taken for a path, and rewritten.
    { vms: 1, hosts: 1, sandbox: "auto" },
    async (vcenter, simulator) => {
      const vm = simulator.vms[0]!;
      const guest = await vcenter.guest({ moid: vm.moid }, root, operation(enoughMs));
      simulator.clearCalls();
      await use(guest, simulator, (path) => join(vm.root, path));
    },
    changes,
  );
}

function contentOf(bytes: Buffer): ContentSource {
  // In uneven parts, as a disk or the network gives them.
  const parts = Array.from({ length: Math.ceil(bytes.length / 7_919) }, (_, index) =>
    bytes.subarray(index * 7_919, (index + 1) * 7_919),
  );
  return { sizeBytes: bytes.length, open: () => Readable.from(parts) };
}

function expectNothingLeft(simulator: Simulator) {
  const vm = simulator.vms[0]!;
  const left = readdirSync(join(vm.root, "tmp")).filter((name) => name.includes("vsphere-guest"));
  expect(left).toEqual([]);
}

test("a file goes up and comes back through vCenter alone, with one warning that says what to open", async () => {
  await withoutRoute(async (guest, simulator, inGuest) => {
    const op = operation(enoughMs);
    const bytes = randomBytes(300_000);
    const attributes = { mode: 0o640 };
    const stat = await guest.files.write("/etc/it's.conf", contentOf(bytes), { attributes }, op);
    expect(stat).toMatchObject({ sizeBytes: bytes.length, mode: 0o640 });
    expect(readFileSync(inGuest("/etc/it's.conf")).equals(bytes)).toBe(true);
    expect((await guest.files.readBytes("/etc/it's.conf", 1_000_000, op)).equals(bytes)).toBe(true);

    const warnings = op.lines.filter((line) => line.includes("can't be reached") || line.includes("can't reach"));
    expect(warnings).toEqual([expect.stringMatching(/127\.0\.0\.1:1.*open https.*through vCenter/s)]);
    expect(methods(simulator).filter((method) => method.startsWith("Initiate"))).toHaveLength(1);
    expect(readdirSync(inGuest("/etc")).filter((name) => name.includes("vsphere-guest"))).toEqual([]);
    expectNothingLeft(simulator);
  });
});

test.each([0, 1, 179, 180, 181, 178_199, 178_200, 178_201])("%i bytes come back as they are", async (sizeBytes) => {
  await withoutRoute(async (guest, simulator, inGuest) => {
    const bytes = randomBytes(sizeBytes);
    writeFileSync(inGuest("/etc/data"), bytes);
    const read = await guest.files.readBytes("/etc/data", 1_000_000, operation(enoughMs));
    expect(read.equals(bytes)).toBe(true);
    expectNothingLeft(simulator);
  }, "inBand");
});

test("a small file takes few requests", async () => {
  await withoutRoute(async (guest, simulator) => {
    const op = operation(enoughMs);
    const text = contentOf(Buffer.from("port = 80\n"));
    await guest.files.write("/etc/app.conf", text, { attributes: { mode: 0o644 } }, op);
    const upload = methods(simulator).filter((method) => !/^(ListFilesInGuest|Retrieve.*)$/.test(method));
    expect(upload).toEqual(["StartProgramInGuest", "ChangeFileAttributesInGuest", "MoveFileInGuest"]);
    simulator.clearCalls();
    await guest.files.readBytes("/etc/app.conf", 100, op);
    const download = methods(simulator).filter((method) => method !== "ListFilesInGuest");
    expect(download).toEqual(["MakeDirectoryInGuest", "StartProgramInGuest", "DeleteDirectoryInGuest"]);
  }, "inBand");
});

test("secrets go through vCenter only where that was asked for", async () => {
  await withoutRoute(async (guest, simulator, inGuest) => {
    const op = operation(enoughMs);
    const secret = { attributes: { mode: 0o600 }, secret: true } as const;
    const write = () => guest.files.write("/etc/key", contentOf(Buffer.from("s3cret")), secret, op);
    const refusal = { code: "HOST_UNREACHABLE", message: expect.stringMatching(/secret.*inBand/s) };
    await expect(write()).rejects.toMatchObject(refusal);
    // The second one knows the host already.
    await expect(write()).rejects.toMatchObject(refusal);
    expect(methods(simulator)).not.toContain("StartProgramInGuest");
    expect(readdirSync(inGuest("/etc")).filter((name) => name.includes("key"))).toEqual([]);

    const asked = { ...secret, transfer: "inBand" } as const;
    await guest.files.write("/etc/key", contentOf(Buffer.from("s3cret")), asked, op);
    expect(readFileSync(inGuest("/etc/key"), "utf8")).toBe("s3cret");
    expect(statSync(inGuest("/etc/key")).mode & 0o777).toBe(0o600);
  });
});

test("direct means direct", async () => {
  await withoutRoute(async (guest) => {
    const write = guest.files.write("/etc/x", contentOf(Buffer.from("x")), { attributes: {} }, operation(enoughMs));
    await expect(write).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
  }, "direct");
});

test("a run's large outputs and stdin come and go without a route", async () => {
  await withoutRoute(async (guest, simulator) => {
    const result = await guest.programs.run(
      {
        command: { program: "/bin/sh", arguments: ["-c", "wc -c; seq 1 20000; seq 1 3000 >&2"] },
        environmentMode: "merge",
        stdin: "x".repeat(100_000),
        outputLimitBytes: 1_000_000,
        secret: { script: false, environment: false, stdin: false },
      },
      operation(enoughMs),
    );
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}\n`).join("");
    expect(result.stdout.bytes.toString()).toBe(`100000\n${numbers(20_000)}`);
    expect(result.stderr.bytes.toString()).toBe(numbers(3_000));
    expectNothingLeft(simulator);
  });
});

test("a reader that stops early leaves nothing behind", async () => {
  await withoutRoute(async (guest, simulator, inGuest) => {
    writeFileSync(inGuest("/etc/data"), randomBytes(500_000));
    const { body } = await guest.files.read("/etc/data", operation(enoughMs));
    for await (const chunk of body) {
      expect((chunk as Buffer).length).toBeGreaterThan(0);
      break;
    }
    await new Promise((resolve) => (body.closed ? resolve(undefined) : body.once("close", resolve)));
    expectNothingLeft(simulator);
  }, "inBand");
});

test.each([
  ["a missing directory", "/etc/none/x", "PATH_NOT_FOUND", /GuestDirectory|createParents/],
  ["a directory", "/etc/dir", "NOT_A_FILE", /directory/],
])("writing to %s says so and leaves nothing", async (_, path, code, message) => {
  await withoutRoute(async (guest, simulator, inGuest) => {
    mkdirSync(inGuest("/etc/dir"));
    const write = guest.files.write(path, contentOf(Buffer.from("x")), { attributes: {} }, operation(enoughMs));
    await expect(write).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(inGuest("/etc/none"))).toBe(false);
    expect(readdirSync(inGuest("/etc")).filter((name) => name.startsWith("."))).toEqual([]);
    expectNothingLeft(simulator);
  }, "inBand");
});

test("lost answers and busy guests go unnoticed", async () => {
  await withoutRoute(async (guest, simulator, inGuest) => {
    const op = operation(enoughMs);
    const bytes = randomBytes(120_000);
    simulator.resetConnection({ method: "StartProgramInGuest", when: "after", times: 1 });
    simulator.resetConnection({ method: "StartProgramInGuest", when: "before", times: 1, skip: 2 });
    simulator.injectFault({ method: "StartProgramInGuest", fault: "TaskInProgress", times: 1, skip: 4 });
    await guest.files.write("/etc/data", contentOf(bytes), { attributes: {} }, op);
    expect(readFileSync(inGuest("/etc/data")).equals(bytes)).toBe(true);
    simulator.resetConnection({ method: "StartProgramInGuest", when: "after" });
    expect((await guest.files.readBytes("/etc/data", 1_000_000, op)).equals(bytes)).toBe(true);
    expectNothingLeft(simulator);
  }, "inBand");
});

test("Windows guests have no such way, and the error says so", async () => {
  await withVCenter(
    { vms: 1, os: "windows" },
    async (vcenter, simulator) => {
      const guest = await vcenter.guest({ moid: simulator.vms[0]!.moid }, root, operation(enoughMs));
      const write = (transfer: TransferRoute) =>
        guest.files.write("C:\\x.txt", contentOf(Buffer.from("x")), { attributes: {}, transfer }, operation(enoughMs));
      const message = expect.stringMatching(/Windows guests/);
      await expect(write("auto")).rejects.toMatchObject({ code: "HOST_UNREACHABLE", message });
      await expect(write("inBand")).rejects.toMatchObject({ code: "GUEST_OPERATION_UNSUPPORTED", message });
    },
    { transferHosts: { "127.0.0.1": "127.0.0.1:1" } },
  );
});
