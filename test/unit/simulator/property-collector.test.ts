import { startSimulator, type Simulator } from "../../../simulator";
import type { XmlElement } from "../../../simulator/soap/xml-tree";
import { RawClient, textAt, type RawAnswer } from "./raw-client";
import { until } from "../../until";

let simulator: Simulator;
let client: RawClient;
beforeEach(async () => {
  simulator = await startSimulator({ vms: [{}, {}, { name: "a/b%", folder: "web/prod" }], sandbox: "off" });
  client = new RawClient(simulator);
  await client.login();
});
afterEach(async () => {
  await client.close();
  await simulator.stop();
});

const collector = (method: string, inner: string, moid = "propertyCollector"): Promise<RawAnswer> =>
  client.call(method, "PropertyCollector", moid, inner);

/** One spec: properties of a type, from a start along selections. */
const spec = (type: string, paths: string[], obj: string, selections = "", skip = false): string =>
  `<propSet><type>${type}</type>${paths.map((path) => `<pathSet>${path}</pathSet>`).join("")}</propSet>` +
  `<objectSet>${obj}<skip>${skip}</skip>${selections}</objectSet>`;

const root = '<obj type="Folder">group-d1</obj>';
const traversal = (name: string, type: string, path: string, inner = ""): string =>
  `<selectSet xsi:type="TraversalSpec"><name>${name}</name><type>${type}</type><path>${path}</path><skip>false</skip>${inner}</selectSet>`;
const named = (name: string): string => `<selectSet><name>${name}</name></selectSet>`;
const everything =
  traversal("folder", "Folder", "childEntity", named("folder") + named("vmFolder")) +
  traversal("vmFolder", "Datacenter", "vmFolder", named("folder"));

const objects = (answer: RawAnswer): XmlElement[] =>
  (answer.returned[0]?.children ?? []).filter(({ name }) => name === "objects");
const values = (answer: RawAnswer): (string | undefined)[] =>
  objects(answer).map((object) => textAt(object.children, "propSet", "val"));

test("walks from the root by named, recursive traversals", async () => {
  const answer = await collector(
    "RetrievePropertiesEx",
    `<specSet>${spec("VirtualMachine", ["name"], root, everything)}</specSet><options/>`,
  );
  expect(values(answer).sort()).toEqual(["a%2fb%25", "vm-1", "vm-2"]);
});

test("a ContainerView selects by type, and a base type's spec applies to what is below it", async () => {
  const view = await client.call(
    "CreateContainerView",
    "ViewManager",
    "ViewManager",
    '<container type="Folder">group-d1</container><type>HostSystem</type><type>Datacenter</type><recursive>true</recursive>',
  );
  const obj = `<obj type="ContainerView">${textAt(view.returned, "returnval")}</obj>`;
  const answer = await collector(
    "RetrievePropertiesEx",
    `<specSet>${spec("ManagedEntity", ["name"], obj, traversal("view", "ContainerView", "view"), true)}</specSet><options/>`,
  );
  expect(values(answer).sort()).toEqual(["DC0", "esxi-1.simulator.test", "esxi-2.simulator.test"]);
});

test("a ContainerView on the hosts' folder holds the machines that run on them", async () => {
  const inner = '<container type="Folder">group-h4</container><type>VirtualMachine</type><recursive>true</recursive>';
  const view = await client.call("CreateContainerView", "ViewManager", "ViewManager", inner);
  const held = await client.property("ContainerView", textAt(view.returned, "returnval") ?? "", "view");
  expect(held.returned[0]?.children.map(({ text }) => text).sort()).toEqual(["vm-1", "vm-2", "vm-3"]);
});

test("answers are paged by maxObjects", async () => {
  const pages: (string | undefined)[][] = [];
  let answer = await collector(
    "RetrievePropertiesEx",
    `<specSet>${spec("VirtualMachine", ["name"], root, everything)}</specSet><options><maxObjects>2</maxObjects></options>`,
  );
  for (;;) {
    pages.push(values(answer));
    const token = textAt(answer.returned, "returnval", "token");
    if (token === undefined) break;
    answer = await collector("ContinueRetrievePropertiesEx", `<token>${token}</token>`);
  }
  expect(pages.map((page) => page.length)).toEqual([2, 1]);
});

test("nothing selected is no result at all", async () => {
  const answer = await collector(
    "RetrievePropertiesEx",
    `<specSet>${spec("VirtualMachine", ["name"], root)}</specSet><options/>`,
  );
  expect(answer.returned).toEqual([]);
});

test("paths go into data objects and keyed arrays; unset ones are left out; wrong ones are a fault", async () => {
  simulator.vm("vm-1").setExtraConfig("guestinfo.x", "y");
  const paths = [
    "guest.guestOperationsReady",
    'config.extraConfig["guestinfo.x"]',
    "runtime.bootTime",
    "config.annotation",
  ];
  const answer = await client.retrieve("VirtualMachine", "vm-1", paths);
  const found = (objects(answer)[0]?.children ?? []).filter(({ name }) => name === "propSet");
  expect(found.map((property) => textAt(property.children, "name"))).toEqual(paths.slice(0, 3));
  expect(answer.text).toContain('<val xsi:type="xsd:boolean">true</val>');
  expect(answer.text).toContain(
    '<val xsi:type="OptionValue"><key>guestinfo.x</key><value xsi:type="xsd:string">y</value></val>',
  );
  const wrong = await client.retrieve("VirtualMachine", "vm-1", ["guest.colour"]);
  expect([wrong.fault, textAt(wrong.returned, "name")]).toEqual(["InvalidProperty", "guest.colour"]);
});

test("the host's certificate comes as an array of bytes, its thumbprint as text", async () => {
  const answer = await client.retrieve("HostSystem", simulator.hosts[0]?.moid ?? "", [
    "config.certificate",
    "summary.config.sslThumbprint",
  ]);
  const [certificate, thumbprint] = (objects(answer)[0]?.children ?? []).slice(1).map(({ children }) => children[1]);
  const bytes = certificate?.children.map(({ text }) => Number(text)) ?? [];
  expect(Buffer.from(bytes).toString()).toBe(simulator.hosts[0]?.certificatePem);
  expect(thumbprint?.text).toBe(simulator.hosts[0]?.sha1Thumbprint);
});

test("an object that is gone is a fault, unless it may be missing", async () => {
  const gone = '<obj type="VirtualMachine">vm-9</obj>';
  const answer = await collector(
    "RetrievePropertiesEx",
    `<specSet>${spec("VirtualMachine", ["name"], gone)}</specSet><options/>`,
  );
  expect(answer.fault).toBe("ManagedObjectNotFound");
  const lenient = await collector(
    "RetrievePropertiesEx",
    `<specSet>${spec("VirtualMachine", ["name"], gone)}<reportMissingObjectsInResults>true</reportMissingObjectsInResults></specSet><options/>`,
  );
  expect([lenient.fault, lenient.returned]).toEqual([undefined, []]);
});

describe("updates", () => {
  const path = "guest.guestOperationsReady";
  let own: string;
  beforeEach(async () => {
    own = textAt((await collector("CreatePropertyCollector", "")).returned, "returnval") ?? "";
    const filter = spec("VirtualMachine", ["runtime.powerState", path], '<obj type="VirtualMachine">vm-1</obj>');
    await collector("CreateFilter", `<spec>${filter}</spec><partialUpdates>false</partialUpdates>`, own);
  });
  const wait = (version: string, seconds?: number): Promise<RawAnswer> =>
    collector(
      "WaitForUpdatesEx",
      `<version>${version}</version>` +
        (seconds === undefined ? "" : `<options><maxWaitSeconds>${seconds}</maxWaitSeconds></options>`),
      own,
    );
  const change = (answer: RawAnswer): XmlElement | undefined =>
    answer.returned[0]?.children
      .find(({ name }) => name === "filterSet")
      ?.children.find(({ name }) => name === "objectSet");

  test("the first look tells all, the next waits for a change and tells only that", async () => {
    const first = await wait("");
    expect(textAt(change(first)?.children ?? [], "kind")).toBe("enter");
    const version = textAt(first.returned, "returnval", "version") ?? "";
    const waiting = wait(version);
    await client.call("PowerOffVM_Task", "VirtualMachine", "vm-1");
    const second = change(await waiting);
    expect(textAt(second?.children ?? [], "kind")).toBe("modify");
    const changed = second?.children.filter(({ name }) => name === "changeSet") ?? [];
    expect(changed.map(({ children }) => textAt(children, "val"))).toEqual(["poweredOff", "false"]);
  });

  test("no change within maxWaitSeconds is no result", async () => {
    const version = textAt((await wait("")).returned, "returnval", "version") ?? "";
    expect((await wait(version, 0)).returned).toEqual([]);
    expect((await wait(version, 1)).returned).toEqual([]);
  });

  test("a wait can be cancelled from another connection", async () => {
    const version = textAt((await wait("")).returned, "returnval", "version") ?? "";
    const waiting = wait(version);
    await collector("CancelWaitForUpdates", "", own);
    expect((await waiting).fault).toBe("RequestCanceled");
  });

  test("a wait ends with its session", async () => {
    const version = textAt((await wait("")).returned, "returnval", "version") ?? "";
    const waiting = wait(version);
    await until(() => simulator.calls.length > 0 && simulator.sessions === 1);
    simulator.expireSessions();
    expect(["NotAuthenticated", "ManagedObjectNotFound"]).toContain((await waiting).fault);
  });

  test("a removed machine leaves", async () => {
    const version = textAt((await wait("")).returned, "returnval", "version") ?? "";
    await simulator.vm("vm-1").remove();
    expect(textAt(change(await wait(version))?.children ?? [], "kind")).toBe("leave");
  });
});
