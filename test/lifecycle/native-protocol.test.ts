import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { unknownValue } from "../../provider/properties/property-value";
import { decodeProperties, unknownSentinel } from "../../provider/properties/wire-value";
import { ProviderProcess } from "./provider-process";

const root = resolve(__dirname, "..", "..");
const urn = "urn:pulumi:dev::test::parent$vsphere-guest:index:GuestFile::it";
const secret = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });

let plugin: ProviderProcess;

beforeAll(async () => {
  const main = resolve(root, "dist", "provider", "plugin", "main.js");
  plugin = await ProviderProcess.start(process.execPath, [main], "/");
});
afterAll(() => plugin.end());

function struct(properties: object): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  return call.then(
    () => Promise.reject(new Error("did not fail")),
    (error: unknown) => error as ServiceError,
  );
}

test("serves the committed schema and its version", async () => {
  const manifest = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")) as { version: string };
  expect((await plugin.getSchema(new messages.GetSchemaRequest())).getSchema()).toBe(
    readFileSync(resolve(root, "schema.json"), "utf8"),
  );
  expect((await plugin.getPluginInfo(new Empty())).getVersion()).toBe(manifest.version);
});

test("a handshake says the same as configure", async () => {
  const hands = await plugin.handshake(new messages.ProviderHandshakeRequest());
  const request = new messages.ConfigureRequest();
  request.setArgs(struct({ vsphereServer: "127.0.0.1:1", user: "u", password: secret("p") }));
  const configured = await plugin.configure(request);
  expect([hands.getAcceptSecrets(), hands.getAcceptOutputs(), hands.getAcceptResources()]).toEqual([
    true,
    false,
    false,
  ]);
  expect([configured.getAcceptsecrets(), configured.getAcceptoutputs(), configured.getAcceptresources()]).toEqual([
    true,
    false,
    false,
  ]);
  expect(configured.getSupportspreview()).toBe(true);
});

test("configuration that is missing is listed, with the ways to give it", async () => {
  const request = new messages.ConfigureRequest();
  request.setArgs(struct({ user: "u" }));
  const error = await failureOf(plugin.configure(request));
  expect(error.code).toBe(3);
  const [details] = error.metadata.get("grpc-status-details-bin");
  const [packed] = Status.deserializeBinary(details as Buffer).getDetailsList();
  const keys = messages.ConfigureErrorMissingKeys.deserializeBinary(packed?.getValue_asU8() ?? new Uint8Array());
  expect(keys.getMissingkeysList().map((key) => key.getName())).toEqual(["vsphereServer", "password"]);
  expect(keys.getMissingkeysList()[0]?.getDescription()).toContain("VSPHERE_SERVER");
});

test("the provider's inputs may be typed or text, and come back as they came", async () => {
  const request = new messages.CheckRequest();
  const good = {
    apiTimeout: "5",
    allowUnverifiedSsl: true,
    transferHosts: '{"a":"b"}',
    version: "0.1.0",
    user: unknownSentinel,
  };
  request.setNews(struct(good));
  const answer = await plugin.checkConfig(request);
  expect(answer.getFailuresList()).toEqual([]);
  expect(answer.getInputs()?.toJavaScript()).toEqual(good);
  request.setNews(struct({ apiTimeout: "soon", vsphereServr: "x" }));
  const failures = (await plugin.checkConfig(request)).getFailuresList();
  expect(failures.map((one) => `${one.getProperty()}: ${one.getReason()}`)).toEqual([
    "apiTimeout: must be a number",
    "vsphereServr: unknown property; did you mean vsphereServer?",
  ]);
});

test.each([
  ["another server", { vsphereServer: "a" }, { vsphereServer: "b" }, ["vsphereServer"]],
  ["another login", { vsphereServer: "a", password: "x" }, { vsphereServer: "a", password: "y" }, ["password"]],
  ["a server where none was known (a stack that moves over)", {}, { vsphereServer: "b" }, ["vsphereServer"]],
  ["another notation of the server", { vsphereServer: "h" }, { vsphereServer: "https://H:443/sdk/" }, []],
  ["a server that is not known yet", { vsphereServer: "a" }, { vsphereServer: unknownSentinel }, ["vsphereServer"]],
])("of a provider's inputs %s replaces nothing", async (_what, olds, news, differing) => {
  const request = new messages.DiffRequest();
  request.setOldInputs(struct(olds));
  request.setNews(struct(news));
  const answer = await plugin.diffConfig(request);
  expect([answer.getDiffsList(), answer.getReplacesList()]).toEqual([differing, []]);
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  expect(answer.getChanges()).toBe(differing.length === 0 ? DIFF_NONE : DIFF_SOME);
});

test("check marks what is secret by declaration", async () => {
  const request = new messages.CheckRequest();
  request.setUrn(urn);
  request.setNews(
    struct({ vm: "web", path: "/etc/a", content: unknownSentinel, guest: { username: "u", password: "p" } }),
  );
  const answer = await plugin.check(request);
  expect(answer.getFailuresList()).toEqual([]);
  const { values, secretNames } = decodeProperties(answer.getInputs()?.toJavaScript() ?? {});
  expect([...secretNames]).toEqual(["guest"]);
  expect(values).toMatchObject({ content: unknownValue, path: "/etc/a" });
});

test("a preview calls no one: what is not known yet is unknown, what the inputs tell is known", async () => {
  const request = new messages.CreateRequest();
  request.setUrn(urn);
  request.setPreview(true);
  request.setProperties(struct({ vm: unknownSentinel, path: "/etc/a", content: secret("x") }));
  const answer = decodeProperties((await plugin.create(request)).getProperties()?.toJavaScript() ?? {});
  expect(answer.values).toMatchObject({ vm: unknownValue, content: "x", instanceUuid: unknownValue });
  expect(answer.values.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect([...answer.secretNames].sort()).toEqual(expect.arrayContaining(["content", "sha256"]));
});

test("a server that can't be reached is no unknown outcome", async () => {
  const configure = new messages.ConfigureRequest();
  configure.setArgs(
    struct({ vsphereServer: "127.0.0.1:1", user: "u", password: "p", guestUser: "g", guestPassword: "p" }),
  );
  await plugin.configure(configure);
  const request = new messages.CreateRequest();
  request.setUrn(urn);
  request.setProperties(struct({ vm: "web", path: "/etc/a", content: "x", timeoutSeconds: 1 }));
  const error = await failureOf(plugin.create(request));
  expect(error.code).toBe(14);
  expect(error.details).toContain("127.0.0.1:1");
});

test("a type that it does not have is named", async () => {
  const request = new messages.CheckRequest();
  request.setUrn(urn.replace("GuestFile", "GuestFlie"));
  request.setNews(struct({}));
  const error = await failureOf(plugin.check(request));
  expect(error.details).toContain("vsphere-guest:index:GuestFlie");
});

test("what it does not offer is unimplemented", async () => {
  const error = await failureOf(plugin.parameterize(new messages.ParameterizeRequest()));
  expect(error.code).toBe(12);
});
