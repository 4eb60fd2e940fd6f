import type { ServerResponse } from "node:http";
import { GuestError } from "../../provider/errors/guest-error";
import { ManagedObjectReference } from "../../provider/soap/managed-object-reference";
import { ambiguousVm } from "../../provider/vcenter/inventory/lookup-error";
import type { VmRecord } from "../../provider/vcenter/inventory/record";
import { PropertyCollector } from "../../provider/vim/property-collector";
import { text } from "../../provider/vim/xsd";
import { withHostileServer } from "./hostile-server";

/** Well-formed answers that, followed in good faith, are never over. */

const object = (type: string, moid: string, properties: string) =>
  `<objects><obj type="${type}">${moid}</obj>${properties}</objects>`;
const property = (name: string, type: string, value: string) =>
  `<propSet><name>${name}</name><val xsi:type="${type}">${value}</val></propSet>`;
const parent = (type: string, moid: string) =>
  `<propSet><name>parent</name><val xsi:type="ManagedObjectReference" type="${type}">${moid}</val></propSet>`;
const page = (content: string) => (method: string) =>
  '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><${method}Response xmlns="urn:vim25">` +
  `<returnval>${content}</returnval></${method}Response></soapenv:Body></soapenv:Envelope>`;

/** What becomes of a read of properties that the server answers with the same page each time. */
async function reading<T>(answer: (method: string) => string, use: (collector: PropertyCollector) => Promise<T>) {
  let outcome: unknown;
  let requests = 0;
  const reply = (response: ServerResponse, _: string, body: string) => {
    const method = /<(\w*RetrievePropertiesEx)/.exec(body)?.[1] ?? "";
    response.writeHead(200, { "set-cookie": 'vmware_soap_session="ab"; Path=/' }).end(answer(method));
  };
  await withHostileServer(reply, async (server) => {
    const soap = server.transport.invoke.bind(server.transport);
    const collector = new PropertyCollector(soap, new ManagedObjectReference("PropertyCollector", "collector"));
    outcome = await use(collector).catch((error: unknown) => error);
    requests = server.requests().length;
  });
  return { outcome, requests };
}

const vm = new ManagedObjectReference("VirtualMachine", "vm-1");

test.each([
  ["that are full", object("VirtualMachine", "vm-1", "").repeat(2_000), 100],
  ["that are empty", "", 2_001],
])("pages %s and always announce another one end at a limit", async (_, objects, most) => {
  const endless = page(`<token>more</token>${objects}`);
  const { outcome, requests } = await reading(endless, (collector) => collector.retrieve([vm], { name: text }));
  expect(outcome).toMatchObject({
    code: "PROTOCOL_ERROR",
    message: "The list of objects (VirtualMachine) did not end after 200000.",
  });
  expect(requests).toBeLessThanOrEqual(most);
});

test("folders that hold each other have no path, and the VMs are told without", async () => {
  const cycle = page(
    object("VirtualMachine", "vm-1", property("name", "xsd:string", "web") + parent("Folder", "group-1")) +
      object("Folder", "group-1", property("name", "xsd:string", "a") + parent("Folder", "group-2")) +
      object("Folder", "group-2", property("name", "xsd:string", "b") + parent("Folder", "group-1")),
  );
  const record = (moid: string) =>
    ({
      reference: new ManagedObjectReference("VirtualMachine", moid),
      identity: { moid, instanceUuid: `uuid-of-${moid}`, name: "web" },
    }) as VmRecord;
  const { outcome } = await reading(cycle, (collector) =>
    ambiguousVm(
      { name: "web" },
      [record("vm-1"), record("vm-2")],
      {
        collector,
        rootFolder: new ManagedObjectReference("Folder", "group-d1"),
      },
      {},
    ),
  );
  expect(outcome).toBeInstanceOf(GuestError);
  expect(outcome).toMatchObject({
    code: "VM_AMBIGUOUS",
    message: expect.stringContaining('{"moid": "vm-1"}  {"instanceUuid": "uuid-of-vm-1"}  "web"'),
  });
});

test("a property that nobody asked for, named as what every object has, is passed over", async () => {
  const answer = page(object("VirtualMachine", "vm-1", property("constructor", "xsd:string", "x")));
  const { outcome } = await reading(answer, (collector) => collector.retrieve([vm], { name: text }));
  expect(outcome).toMatchObject([{ properties: {} }]);
});
