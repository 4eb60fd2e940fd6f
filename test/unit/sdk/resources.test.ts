import * as pulumi from "@pulumi/pulumi";
import { GuestFile, GuestProgramRun } from "../../../sdk/nodejs";
import * as native from "../../../sdk/nodejs/native";

type Inputs = Readonly<Record<string, unknown>>;
const registered = new Map<string, { type: string; inputs: Inputs; id: string | undefined }>();

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource({ name, type, inputs, id }) {
      registered.set(name, { type, inputs: inputs as Inputs, id });
      return { id: id || `${name}-id`, state: inputs as Inputs };
    },
    call: () => ({}),
  });
});

/** Waits until the resource is registered. */
function settled(resource: pulumi.CustomResource): Promise<string> {
  return new Promise((resolve) => resource.id.apply(resolve));
}

test("a resource is its type, its inputs and one line that never changes", async () => {
  await settled(new GuestFile("plain", { vm: "web", path: "/etc/a", content: "x" }));
  expect(registered.get("plain")).toMatchObject({
    type: "pulumi-nodejs:dynamic/vsphere-guest:GuestFile",
    inputs: {
      vm: "web",
      path: "/etc/a",
      content: "x",
      __provider: 'exports.handler = () => require("pulumi-vsphere-guest/dynamic").provider("GuestFile");',
      __secrets: [],
      __options: { urn: "urn:pulumi:stack::project::pulumi-nodejs:dynamic/vsphere-guest:GuestFile::plain" },
    },
  });
});

test("the provider is told which resource it is, below which parent", async () => {
  const parent = new pulumi.ComponentResource("acme:index:Web", "web");
  await settled(new GuestFile("child", { vm: "web", path: "/etc/a" }, { parent }));
  const urn = "urn:pulumi:stack::project::acme:index:Web$pulumi-nodejs:dynamic/vsphere-guest:GuestFile::child";
  expect(registered.get("child")?.inputs.__options).toEqual({ urn });
});

test("the provider is told the options that the engine keeps from it", async () => {
  const options = {
    ignoreChanges: ["content"],
    replaceOnChanges: ["mode"],
    customTimeouts: { create: "10m", delete: "30s" },
  };
  await settled(new GuestFile("options", { vm: "web", path: "/etc/a" }, options));
  expect(registered.get("options")?.inputs.__options).toMatchObject(options);
});

test("the provider is told which inputs are secret, however deep the secret lies", async () => {
  const run = new GuestProgramRun("secret", {
    vm: pulumi.output("web"),
    script: "true",
    environment: { A: "1", B: pulumi.secret("hidden") },
    arguments: undefined,
    stdin: pulumi.secret("hidden"),
    guest: { username: "u", password: "declared secret by its kind" },
  });
  await settled(run);
  expect(registered.get("secret")?.inputs.__secrets).toEqual(["environment", "guest", "stdin"]);
});

test("the provider is told of a preview, which nothing else tells it", async () => {
  const declared = { vm: "web", path: "/etc/a" };
  await settled(new GuestFile("in up", declared));
  expect(registered.get("in up")?.inputs).not.toHaveProperty("__preview");
  const isDryRun = jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
  await settled(new GuestFile("in preview", declared)).finally(() => isDryRun.mockRestore());
  expect(registered.get("in preview")?.inputs).toMatchObject({ __preview: true });
});

test("get reads by id, without inputs", async () => {
  const found = GuestFile.get("found", "uuid:/etc/a");
  expect(await settled(found)).toBe("uuid:/etc/a");
  expect(registered.get("found")).toMatchObject({ id: "uuid:/etc/a", inputs: {} });
});

test("instances are told apart by kind", () => {
  const file = new GuestFile("which", { vm: "web", path: "/etc/a" });
  expect([GuestFile.isInstance(file), GuestProgramRun.isInstance(file), GuestFile.isInstance(undefined)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("the native twin has the same arguments, under the native type", async () => {
  await settled(new native.GuestFile("native", { vm: "web", path: "/etc/a", content: pulumi.secret("x") }));
  const { type, inputs } = registered.get("native") ?? { type: "", inputs: {} };
  expect(type).toBe("vsphere-guest:index:GuestFile");
  expect(Object.keys(inputs).filter((name) => name.startsWith("__"))).toEqual([]);
});

test("an explicit provider gives its inputs as text", async () => {
  const provider = new native.Provider("vc", {
    vsphereServer: "vc.example",
    apiTimeout: 2,
    transferHosts: { esx1: pulumi.output("127.0.0.1:9443") },
    caFile: undefined,
  });
  await settled(provider);
  expect(registered.get("vc")).toMatchObject({
    type: "pulumi:providers:vsphere-guest",
    inputs: { vsphereServer: "vc.example", apiTimeout: "2", transferHosts: '{"esx1":"127.0.0.1:9443"}' },
  });
});
