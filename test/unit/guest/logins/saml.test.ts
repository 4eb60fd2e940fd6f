import { readFileSync, writeFileSync } from "node:fs";
import { connect, type VmOptions } from "../../../../provider/library";
import { configFor } from "../../../lifecycle/simulated";
import { startLibraryWorld, type LibraryWorld } from "../../library/library-world";
import { VCenter } from "../../../../provider/guest/vcenter-pool";
import { operation, root, settingsFor } from "../../vcenter/workbench";
import { samlAssertion } from "./saml-assertion";

const vcenterToken = "_vcenter";
let world: LibraryWorld;
let certificate: string;
beforeAll(async () => {
  const app = { name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" };
  const tokens = [{ token: vcenterToken, user: "administrator@vsphere.local" }];
  world = await startLibraryWorld({ guestUsers: [app], tokens });
  certificate = world.simulator.certificatePem;
  const base64 = certificate.replace(/-----[A-Z ]+-----|\s/g, "");
  const vcenter = new VCenter(settingsFor(world.simulator));
  const { aliases } = await vcenter.calls("vm-1", root, operation());
  const alias = { base64Cert: base64, subject: { name: "deploy@corp" }, comment: "" };
  await aliases.addGuestAlias({ ...alias, username: "app", mapCert: true }, operation());
  await aliases.addGuestAlias({ ...alias, username: "root", mapCert: false }, operation());
  await vcenter.close();
});
afterAll(() => world.stop());

const whoAmI = async (options: VmOptions) => {
  const { stdout } = await world.vsphere
    .vm("vm-1", options)
    .programs.run({ program: "/usr/bin/id", arguments: ["-un"] });
  return stdout.bytes.toString().trim();
};
const good = () => samlAssertion(certificate, "deploy@corp");

test("a token is the login of the account that its signer stands for, or of the one that is named", async () => {
  expect(await whoAmI({ guestSamlToken: good() })).toBe("app");
  expect(await whoAmI({ guestSamlToken: good(), guestUser: "root" })).toBe("root");
});

test("files travel by it, too, directly and through vCenter alone", async () => {
  const { files } = world.vsphere.vm("vm-1", { guestSamlToken: good() });
  const content = "by token\n".repeat(20_000);
  for (const transfer of ["direct", "inBand"] as const) {
    await files.write("/home/app/f", content, { transfer });
    expect((await files.readBytes("/home/app/f", { transfer })).toString()).toBe(content);
  }
});

test("a token about somebody else is refused once, with what to check", async () => {
  const stranger = { guestSamlToken: samlAssertion(certificate, "stranger@corp") };
  const vm = world.vsphere.vm("vm-1", stranger);
  const refusals = await Promise.allSettled([vm.validateCredentials(), vm.files.stat("/etc")]);
  for (const refusal of refusals)
    expect(refusal).toMatchObject({
      reason: {
        code: "GUEST_LOGIN_FAILED",
        message: expect.stringMatching(/SAML token's subject.*alias.*GuestAlias/) as unknown,
      },
    });
});

test.each([
  ["that has ended", () => samlAssertion(certificate, "deploy@corp", { endsInMs: -1000 }), /has ended at 20/],
  ["that is no XML", () => "<Assertion", /is no SAML 2\.0 assertion/],
  ["with something behind it", () => `${good()}<more/>`, /is no SAML 2\.0 assertion/],
  ["that is no assertion", () => "<a/>", /is no SAML 2\.0 assertion/],
])("a token %s is refused before anything is sent, without its text", async (_what, token, says) => {
  const sent = world.simulator.calls.length;
  const error = await whoAmI({ guestSamlToken: token() }).catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({ code: "INVALID_INPUT", message: expect.stringMatching(says) as unknown });
  expect((error as Error).message).not.toContain("X509");
  expect(world.simulator.calls.slice(sent).some(({ method }) => method.endsWith("InGuest"))).toBe(false);
});

test("a command's token is used until it is about to end, then the command is asked again", async () => {
  const [token, count] = [world.local("token.xml"), world.local("count")];
  const command = `echo x >>${count}; cat ${token}`;
  const lasting = world.vsphere.vm("vm-1", { guestSamlTokenCommand: command });
  writeFileSync(token, good());
  await lasting.validateCredentials();
  await lasting.validateCredentials();
  expect(timesAsked(count)).toBe(1);
  const ending = world.vsphere.vm("vm-1", { guestSamlTokenCommand: `${command};` });
  writeFileSync(token, samlAssertion(certificate, "deploy@corp", { endsInMs: 30_000 }));
  await ending.validateCredentials();
  await ending.validateCredentials();
  expect(timesAsked(count)).toBe(3);
});

test("a command that fails is named with its complaint, not with its output", async () => {
  const failing = whoAmI({ guestSamlTokenCommand: "echo s3cret; echo 'no ticket' >&2; exit 3" });
  await expect(failing).rejects.toThrow(/command of guestSamlTokenCommand ended with 3: no ticket/);
  await expect(failing).rejects.not.toThrow(/s3cret/);
});

test("two ways to log in are one too many", () => {
  expect(() => world.vsphere.vm("vm-1", { guestUser: "a", guestPassword: "b", guestSamlToken: good() })).toThrow(
    /Give one of guestPassword and guestSamlToken/,
  );
});

test("vCenter takes a bearer token in place of user and password", async () => {
  const { user: _user, password: _password, ...settings } = configFor(world.simulator);
  const samlToken = samlAssertion(certificate, "deploy@corp", { id: vcenterToken });
  const vsphere = connect({ ...settings, samlToken });
  expect(await vsphere.vm("vm-1").identity()).toMatchObject({ name: "vm-1" });
  await vsphere.close();
  const stranger = connect({ ...settings, samlToken: samlAssertion(certificate, "x", { id: "_other" }) });
  await expect(stranger.vm("vm-1").identity()).rejects.toMatchObject({
    code: "VCENTER_LOGIN_FAILED",
    message: expect.stringMatching(/Check `samlToken`.*not the one to the guest/) as unknown,
  });
  await stranger.close();
});

function timesAsked(file: string): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}
