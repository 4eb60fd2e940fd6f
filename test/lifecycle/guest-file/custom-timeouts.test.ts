import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../host";
import { NativeHost } from "../native-host";
import { startSimulated, type Simulated } from "../simulated";

/** Pulumi's customTimeouts reach native plugins alone: the dynamic host is not told of them. */
let world: Simulated;
let host: NativeHost;
const inputs = { vm: "vm-1", path: "/srv/late", content: "x", timeoutSeconds: 600 };

beforeAll(async () => {
  world = await startSimulated((config) => (host = new NativeHost(config)), { vms: 1 });
});
afterAll(() => world.stop());

const struct = (properties: Properties) => Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);

/** Any request of work: for this resource, with a timeout of one second. */
function hurried<R extends { setUrn(urn: string): void; setTimeout(seconds: number): void }>(request: R): R {
  request.setUrn("urn:pulumi:dev::test::vsphere-guest:index:GuestFile::it");
  request.setTimeout(1);
  return request;
}

test("customTimeouts end the wait for a guest, whatever timeoutSeconds says", async () => {
  const made = await host.create({ kind: "GuestFile", inputs });
  await host.begin();
  world.simulator.vm("vm-1").setToolsState("notRunning");

  const create = hurried(new messages.CreateRequest());
  create.setProperties(struct({ ...inputs, path: "/srv/later" }));
  const update = hurried(new messages.UpdateRequest());
  update.setId(made.id);
  update.setOlds(struct(made.state));
  update.setNews(struct({ ...inputs, content: "y" }));
  const remove = hurried(new messages.DeleteRequest());
  remove.setId(made.id);
  remove.setProperties(struct(made.state));

  const { process } = host;
  const ends = await Promise.allSettled([process.create(create), process.update(update), process.delete(remove)]);
  for (const end of ends) expect(end).toMatchObject({ reason: { message: expect.stringContaining("VMware Tools") } });
});
