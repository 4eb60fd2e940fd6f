import fc from "fast-check";
import { startSimulator, type Simulator } from "../../../simulator";
import { methodNames } from "../../../simulator/soap/schema/tables";
import { auth, RawClient } from "./raw-client";

let simulator: Simulator;
let client: RawClient;
beforeAll(async () => {
  simulator = await startSimulator({ vms: 1, hosts: 1, sandbox: "off" });
  client = new RawClient(simulator);
  await client.login();
});
afterAll(async () => {
  await client.close();
  await simulator.stop();
});

/** The server answered, with a result or a fault that it meant to send, and still serves. */
async function expectSound(answer: { status: number; text: string }): Promise<void> {
  expect([200, 500]).toContain(answer.status);
  expect(answer.text).toContain("<soapenv:Body>");
  expect(answer.text).not.toContain("the simulator failed");
  const alive = await client.call("CurrentTime", "ServiceInstance", "ServiceInstance");
  expect(alive.status).toBe(200);
}

const valid =
  '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body><RetrievePropertiesEx xmlns="urn:vim25">' +
  '<_this type="PropertyCollector">propertyCollector</_this><specSet><propSet><type>VirtualMachine</type>' +
  '<pathSet>name</pathSet><pathSet>config.extraConfig["a"]</pathSet></propSet><objectSet>' +
  '<obj type="Folder">group-d1</obj><selectSet xsi:type="TraversalSpec"><name>f</name><type>Folder</type>' +
  "<path>childEntity</path><skip>false</skip><selectSet><name>f</name></selectSet></selectSet></objectSet></specSet>" +
  "<options/></RetrievePropertiesEx></e:Body></e:Envelope>";

test("any bytes get a fault", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      await expectSound(await client.post(Buffer.from(bytes)));
    }),
    { numRuns: 100 },
  );
});

test("a damaged request gets an answer: bytes cut, doubled or replaced anywhere", async () => {
  const damage = fc.record({
    from: fc.nat({ max: valid.length }),
    length: fc.nat({ max: 60 }),
    instead: fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom("<", ">", "&", "]]>", "<!--", '"', "/>", "\u0000")),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ from, length, instead }) => {
      await expectSound(await client.post(valid.slice(0, from) + instead + valid.slice(from + length)));
    }),
    { numRuns: 300 },
  );
});

test("any method with any parameters gets an answer", async () => {
  // Those that wait, end the session or take the machine away are left out.
  const excluded =
    /^(WaitForUpdates|Logout|TerminateSession|UnregisterVM|Destroy_Task|Power|Suspend|Standby|Shutdown|Reset|Reboot)/;
  const method = fc.constantFrom(...methodNames().filter((name) => !excluded.test(name)));
  const target = fc.constantFrom(
    ...["ServiceInstance:ServiceInstance", "SessionManager:SessionManager", "PropertyCollector:propertyCollector"],
    ...["ViewManager:ViewManager", "SearchIndex:SearchIndex", "VirtualMachine:vm-1", "Folder:group-v3"],
    ...["GuestFileManager:guestOperationsFileManager", "GuestProcessManager:guestOperationsProcessManager"],
    "GuestWindowsRegistryManager:guestOperationsWindowsRegistryManager",
  );
  const element = fc.constantFrom("vm", "auth", "filePath", "spec", "path", "uuid", "entity", "obj", "version", "type");
  const content = fc.oneof(
    fc.constantFrom("", "vm-1", "true", "-1", "/etc/passwd", "<a/>", "<name>x</name>"),
    fc.string(),
  );
  const parameter = fc.tuple(element, content).map(([name, text]) => {
    if (name === "vm") return '<vm type="VirtualMachine">vm-1</vm>';
    if (name === "auth") return auth();
    return `<${name}>${text}</${name}>`;
  });
  await fc.assert(
    fc.asyncProperty(method, target, fc.array(parameter, { maxLength: 5 }), async (name, object, parameters) => {
      const [type = "", moid = ""] = object.split(":");
      await expectSound(await client.call(name, type, moid, parameters.join("")));
    }),
    { numRuns: 300 },
  );
});

test("transfer URLs that no one handed out are refused, whatever they hold", async () => {
  const query = fc.oneof(
    fc.webQueryParameters(),
    fc.constantFrom("id=1&token=", "id=-1", "id=1e999&token=x", "id=NaN", ""),
  );
  const method = fc.constantFrom("GET" as const, "PUT" as const);
  await fc.assert(
    fc.asyncProperty(method, query, fc.uint8Array({ maxLength: 50 }), async (verb, parameters, body) => {
      const url = `https://${simulator.host(0).authority}/guestFile?${parameters}`;
      const answer = await client.transfer(url, verb, verb === "PUT" ? Buffer.from(body) : undefined);
      expect(answer.status).toBe(404);
    }),
    { numRuns: 50 },
  );
});
