import { VCenter, type VmSelector } from "../../../provider/guest/vcenter-pool";
import { startSimulator, type Simulator } from "../../../simulator";
import { methods, operation, settingsFor } from "./workbench";

type Traits = Readonly<Partial<Record<"name" | "instanceUuid" | "biosUuid" | "ipAddress" | "dnsName", string>>>;

const uuid = (last: number) => `564d1111-2222-3333-4444-${String(last).padStart(12, "0")}`;

/** A text, and two machines that it fits. */
const ambiguous: readonly [string, string, Traits, Traits][] = [
  ["a managed object id and a name", "vm-1", { name: "alpha" }, { name: "vm-1" }],
  [
    "an instance UUID and a BIOS UUID",
    uuid(1),
    { name: "a1", instanceUuid: uuid(1) },
    { name: "a2", biosUuid: uuid(1) },
  ],
  ["a UUID and a name", uuid(2), { name: "b1", biosUuid: uuid(2) }, { name: uuid(2) }],
  ["an IP address and a name", "10.9.9.9", { name: "c1", ipAddress: "10.9.9.9" }, { name: "10.9.9.9" }],
  ["a DNS name and a name", "db.test", { name: "d1", dnsName: "db.test" }, { name: "db.test" }],
  ["a short host name and a name", "e1", { name: "e2", dnsName: "e1" }, { name: "e1" }],
  ["an inventory path and a name", "DC0/vm/f1", { name: "f1" }, { name: "DC0/vm/f1" }],
  ["a datastore path and a name", "[datastore1] g1/g1.vmx", { name: "g1" }, { name: "[datastore1] g1/g1.vmx" }],
];

/** Names that look like something else, which no machine has. */
const misleading = ["vm-777", "DC0/vm/none", "/a/b", "10.1.1.1", "[ds] a/a.vmx", uuid(9), "web.prod.test", "50% \\ a"];

const pairs = ambiguous.flatMap(([, , one, other]) => [one, other]);
const others: Traits[] = [
  { name: "web-1", dnsName: "web-1" },
  { name: 'we"b\n_2' },
  { name: "one", instanceUuid: uuid(7) },
  { name: "two", instanceUuid: uuid(8) },
];
const vms = [...pairs, ...others, ...misleading.map((name) => ({ name }))];

let simulator: Simulator;
let vcenter: VCenter;

beforeAll(async () => {
  simulator = await startSimulator({
    sandbox: "off",
    vms: vms.map((vm) => ({ ...vm, poweredOn: "ipAddress" in vm || "dnsName" in vm })),
  });
});
beforeEach(() => {
  vcenter = new VCenter(settingsFor(simulator));
});
afterEach(() => vcenter.close());
afterAll(() => simulator.stop());

const find = (selector: VmSelector) => vcenter.findVirtualMachine(selector, operation());

test.each(ambiguous)(
  "a text that fits two machines, as %s, is VM_AMBIGUOUS; each is offered in ways that work",
  async (_, text, one, other) => {
    const error: unknown = await find(text).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "VM_AMBIGUOUS" });
    const pasted = selectorsIn(String(error));
    const found = await Promise.all(pasted.map(find));
    expect(found.map(({ name }) => name).sort()).toEqual(
      [one, one, one, other, other, other].map(({ name }) => name).sort(),
    );
  },
);

test("a text that fits one machine by two readings means that one", async () => {
  expect(await find("web-1")).toMatchObject({ name: "web-1" });
});

test.each(misleading)("a machine may be named %j, whatever that looks like", async (name) => {
  expect(await find(name)).toMatchObject({ name });
});

test("a name is found that a machine got a moment ago, whatever it looks like", async () => {
  await find("one");
  const vm = simulator.vm("two");
  vm.rename("x/y");
  expect(await find("x/y")).toMatchObject({ moid: vm.moid });
  vm.rename("two");
});

test("what is offered in place of an unknown name is a selector that works", async () => {
  const error: unknown = await find("web_2").catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "VM_NOT_FOUND" });
  const offered = await Promise.all(selectorsIn(String(error)).map(find));
  expect(offered.map(({ name }) => name)).toEqual(expect.arrayContaining(["web-1", 'we"b\n_2']));
});

test("a login that may not list names finds machines by what it may search for", async () => {
  const fields = { privilegeId: "System.View" };
  simulator.injectFault({ method: "CreateContainerView", fault: "NoPermission", times: 99, fields });
  expect(await find("vm-2")).toMatchObject({ moid: "vm-2" });
  await expect(find("one")).rejects.toMatchObject({ code: "VCENTER_PERMISSION_DENIED" });
  simulator.clearDisturbances();
});

const names = ["CreateContainerView", "RetrievePropertiesEx"];
const read = "RetrievePropertiesEx";

test.each<[string, VmSelector, VmSelector, readonly string[], readonly string[]]>([
  ["an id in an object", { moid: "vm-5" }, { moid: "vm-6" }, [read], []],
  ["an id as text", "vm-5", "vm-6", [read], names],
  ["a UUID in an object", { instanceUuid: uuid(7) }, { instanceUuid: uuid(8) }, ["FindAllByUuid", read], []],
  ["a UUID as text", uuid(7), uuid(8), ["FindAllByUuid", "FindAllByUuid", read], names],
  ["a plain name", "one", "two", ["FindAllByDnsName", read], names],
])("%s: each reading is one request, names are listed once for all", async (_, first, second, each, once) => {
  await find({ moid: "vm-3" });
  simulator.clearCalls();
  await find(first);
  expect(methods(simulator).sort()).toEqual([...each, ...once].sort());
  simulator.clearCalls();
  await find(second);
  expect(methods(simulator).sort()).toEqual([...each].sort());
});

function selectorsIn(text: string): Record<string, string>[] {
  return [...text.matchAll(/\{"\w+": "(?:[^"\\]|\\.)*"\}/g)].map(
    ([found]) => JSON.parse(found) as Record<string, string>,
  );
}
