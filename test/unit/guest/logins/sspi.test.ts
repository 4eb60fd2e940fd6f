import { writeFileSync } from "node:fs";
import type { SspiTokens } from "../../../../provider/library";
import { sspiAnswer } from "../../../../simulator/guest/windows/login";
import { startLibraryWorld, type LibraryWorld } from "../../library/library-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await startLibraryWorld({
    vms: [
      { name: "vm-1", os: "windows" },
      { name: "lin-1", os: "linux" },
    ],
  });
});
afterAll(() => world.stop());

/** The simulated SSPI's client side. */
function tokens(id: string, password = "simulated"): SspiTokens {
  return {
    id,
    next: async (challenge) =>
      challenge === undefined ? Buffer.from("CORP\\root").toString("base64") : sspiAnswer(password, challenge),
  };
}

function sent(since: number): string[] {
  const { calls } = world.simulator;
  return calls.slice(since).flatMap(({ method }) => (/Credentials/.test(method) ? [method] : []));
}

test("one ticket, in two steps, for all that is done; released at the end", async () => {
  const since = world.simulator.calls.length;
  const { files } = world.vsphere.vm("vm-1", { guestSspi: tokens("one") });
  await Promise.all([files.makeDirectory("C:\\one"), files.stat("C:\\Windows"), files.exists("C:\\none")]);
  await files.write("C:\\one\\f", "by ticket");
  expect((await files.readBytes("C:\\one\\f")).toString()).toBe("by ticket");
  expect(sent(since)).toEqual(["AcquireCredentialsInGuest", "AcquireCredentialsInGuest"]);
  await world.vsphere.close();
  expect(sent(since).at(-1)).toBe("ReleaseCredentialsInGuest");
});

test("after a reboot of the guest's Tools another one is acquired, unnoticed", async () => {
  const { files } = world.vsphere.vm("vm-1", { guestSspi: tokens("two") });
  expect(await files.exists("C:\\Windows")).toBe(true);
  await world.simulator.vm("vm-1").restartTools();
  expect(await files.exists("C:\\Windows")).toBe(true);
});

test("a wrong answer is a refused login, tried once", async () => {
  const since = world.simulator.calls.length;
  const vm = world.vsphere.vm("vm-1", { guestSspi: tokens("three", "wr0ng") });
  await expect(vm.files.exists("C:\\Windows")).rejects.toMatchObject({
    code: "GUEST_LOGIN_FAILED",
    message: expect.stringMatching(/Windows login \(SSPI\).*domain/) as unknown,
  });
  await expect(vm.validateCredentials()).rejects.toMatchObject({ code: "GUEST_LOGIN_FAILED" });
  expect(sent(since)).toHaveLength(2);
});

test("Linux guests have none", async () => {
  await expect(world.vsphere.vm("lin-1", { guestSspi: tokens("four") }).validateCredentials()).rejects.toMatchObject({
    code: "GUEST_OPERATION_UNSUPPORTED",
  });
});

test("a command gives the tokens line by line; one that does not is named", async () => {
  const script = world.local("tokens.mjs");
  writeFileSync(
    script,
    `import { createHmac } from "node:crypto";
import { createInterface } from "node:readline";
console.log(Buffer.from("root").toString("base64"));
for await (const line of createInterface({ input: process.stdin }))
  console.log(createHmac("sha256", "simulated").update(line).digest("base64"));
`,
  );
  const guestSspiCommand = `${process.execPath} ${script}`;
  expect(await world.vsphere.vm("vm-1", { guestSspiCommand }).files.exists("C:\\Windows")).toBe(true);
  for (const [command, says] of [
    ["true", /guestSspiCommand gave no answer/],
    ["echo '!'", /answered what is no base64/],
  ] as const)
    await expect(world.vsphere.vm("vm-1", { guestSspiCommand: command }).files.exists("C:\\")).rejects.toThrow(says);
});

test("a ticket can be kept, used by others, and released", async () => {
  const ticket = await world.vsphere.vm("vm-1", { guestSspi: tokens("five") }).acquireTicket();
  await world.vsphere.close();
  const vm = world.vsphere.vm("vm-1", { guestTicket: ticket });
  expect(await vm.files.exists("C:\\Windows")).toBe(true);
  await vm.releaseTicket();
  await world.vsphere.close();
  await expect(vm.files.exists("C:\\Windows")).rejects.toMatchObject({ code: "GUEST_LOGIN_FAILED" });
});
