import { readProviderConfig } from "../../../provider/config/provider-config";

const complete = { vsphereServer: "vc", user: "u", password: "p" };
const from = (values: Record<string, unknown>) => (name: string) => values[name];

test("the stack's word goes before the environment's", () => {
  const environment = { VSPHERE_SERVER: "other", VSPHERE_USER: "eve", VSPHERE_PASSWORD: "pw" };
  expect(readProviderConfig(from({ vsphereServer: "vc" }), environment)).toEqual({
    vsphereServer: "vc",
    user: "eve",
    password: "pw",
  });
});

test("text is read as the type that the key wants, and stays text where it wants that", () => {
  const given = {
    ...complete,
    password: "123",
    allowUnverifiedSsl: "True",
    vimKeepAlive: "15",
    transferHosts: '{"esx1":"127.0.0.1:9443"}',
  };
  expect(readProviderConfig(from(given), {})).toEqual({
    ...complete,
    password: "123",
    allowUnverifiedSsl: true,
    vimKeepAlive: 15,
    transferHosts: { esx1: "127.0.0.1:9443" },
  });
  expect(readProviderConfig(from(complete), { VSPHERE_ALLOW_UNVERIFIED_SSL: "1" }).allowUnverifiedSsl).toBe(true);
});

test("all that is missing is told at once, with the ways to give it", () => {
  const read = () => readProviderConfig(from({ user: "u" }), {});
  expect(read).toThrow(
    /vsphere-guest:vsphereServer is required \(pulumi config set vsphere-guest:vsphereServer .*VSPHERE_SERVER/,
  );
  expect(read).toThrow(/pulumi config set --secret vsphere-guest:password/);
});

test("a wrong value is named by key, never by value", () => {
  const read = () => readProviderConfig(from({ ...complete, vimKeepAlive: "soon", transferHosts: "{" }), {});
  expect(read).toThrow(/vimKeepAlive must be a number/);
  expect(read).not.toThrow(/soon/);
});
