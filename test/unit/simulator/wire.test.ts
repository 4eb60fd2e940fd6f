import { request } from "node:https";
import { startSimulator, type Simulator } from "../../../simulator";
import { auth, RawClient, textAt } from "./raw-client";

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

const vm = '<vm type="VirtualMachine">vm-1</vm>';
const makeDirectory = (inner: string): ReturnType<RawClient["call"]> =>
  client.call("MakeDirectoryInGuest", "GuestFileManager", "guestOperationsFileManager", inner);
const path = "<directoryPath>/root/never</directoryPath>";
const parents = "<createParentDirectories>false</createParentDirectories>";

describe("what breaks the type table is refused with InvalidRequest", () => {
  test.each([
    ["parameters in the wrong order", `${vm}${auth()}${parents}${path}`, /out of order|missing/],
    ["a missing parameter", `${vm}${auth()}${path}`, /<createParentDirectories>.*missing/],
    ["an unknown element", `${vm}${auth()}${path}${parents}<mode>1</mode>`, /unknown element/],
    ["a repeated element", `${vm}${auth()}${path}${path}${parents}`, /only once/],
    ["a credential without xsi:type", `${vm}${auth().replace(/ xsi:type="[^"]*"/, "")}${path}${parents}`, /abstract/],
    [
      "a credential of an unknown type",
      `${vm}${auth().replace("NamePassword", "Magic")}${path}${parents}`,
      /not a Guest/,
    ],
    ["a type of another tree", `${vm}${auth().replace("NamePasswordAuthentication", "SelectionSpec")}`, /not a Guest/],
    [
      "fields of a data object out of order",
      `${vm}${auth().replace(/(<username>.*?<\/username>)(<password>.*?<\/password>)/, "$2$1")}${path}${parents}`,
      /<username>/,
    ],
    ["a value of the wrong type", `${vm}${auth()}${path}${parents.replace("false", "no")}`, /not of type boolean/],
    ["a reference without its type", `<vm>vm-1</vm>${auth()}${path}${parents}`, /attribute "type"/],
    ["text between elements", `${vm}text${auth()}${path}${parents}`, /text where only elements/],
    [
      "elements of another namespace",
      `${vm}${auth()}<directoryPath xmlns="urn:x">/x</directoryPath>${parents}`,
      /namespace/,
    ],
  ])("%s", async (_name, inner, problem) => {
    const answer = await makeDirectory(inner);
    expect([answer.status, answer.fault]).toEqual([500, "InvalidRequest"]);
    expect(answer.faultText).toMatch(problem);
    expect(answer.faultText).toMatch(/line \d+, column \d+|unknown/);
  });

  test("an int out of range", async () => {
    const answer = await client.inGuest("ListFilesInGuest", "<filePath>/</filePath><index>2147483648</index>");
    expect(answer.fault).toBe("InvalidRequest");
  });

  test.each([
    ["no XML", "hello"],
    ["an unclosed element", "<a><b></a>"],
    ["a document type", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ["an unknown entity", "<a>&x;</a>"],
    ["another root element", "<a/>"],
    ["nothing", ""],
    ["deep nesting", "<a>".repeat(500) + "</a>".repeat(500)],
    ["bytes that are not UTF-8", Buffer.from([0x3c, 0x61, 0xff, 0xfe, 0x3e])],
  ])("%s", async (_name, body) => {
    const { status, text } = await client.post(body);
    expect(status).toBe(500);
    expect(text).toContain("InvalidRequestFault");
    expect(text).not.toContain("the simulator failed");
  });

  test("a body of more than 8 MiB", async () => {
    const { status, text } = await client.post(`<a>${"x".repeat(9 * 1024 * 1024)}</a>`);
    expect([status, text.includes("larger than")]).toEqual([500, true]);
  });
});

describe("what real clients send is taken", () => {
  test("a prefixed xsi:type, and further attributes on references", async () => {
    const credential = auth().replace('xsi:type="', 'xmlns:v="urn:vim25" xsi:type="v:');
    const reference = '<vm type="VirtualMachine" xsi:type="ManagedObjectReference" serverGuid="x">vm-1</vm>';
    const answer = await makeDirectory(`${reference}${credential}<directoryPath>/root/made</directoryPath>${parents}`);
    expect(answer.fault).toBeUndefined();
    expect(answer.text).toContain('<MakeDirectoryInGuestResponse xmlns="urn:vim25"></MakeDirectoryInGuestResponse>');
  });

  test("a chunked body without Content-Length", async () => {
    const body = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><CurrentTime xmlns="urn:vim25"><_this type="ServiceInstance">ServiceInstance</_this></CurrentTime></e:Body></e:Envelope>`;
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(simulator.url);
      const options = { hostname, port, path: "/sdk", method: "POST", ca: simulator.certificatePem, agent: false };
      const call = request(options, (response) => resolve(response.resume().statusCode));
      call.on("error", reject);
      call.write(body.slice(0, 20));
      call.end(body.slice(20));
    });
    expect(status).toBe(200);
  });

  test("names with every kind of character come back as they were", async () => {
    const name = `a&b <c> "d" 'e'  ü \u{1f600} f\rg `;
    const escaped = name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\r", "&#xD;");
    await client.inGuest("MakeDirectoryInGuest", `<directoryPath>/root/${escaped}</directoryPath>${parents}`);
    const list = await client.inGuest(
      "ListFilesInGuest",
      "<filePath>/root</filePath><matchPattern>^a&amp;b</matchPattern>",
    );
    expect(textAt(list.returned, "returnval", "files", "path")).toBe(name);
  });
});

describe("answers", () => {
  test("a fault names its type twice and carries its fields", async () => {
    const answer = await client.inGuest("DeleteFileInGuest", "<filePath>/no/such</filePath>");
    expect(answer.text).toContain(
      '<detail><FileNotFoundFault xmlns="urn:vim25" xsi:type="FileNotFound"><file>/no/such</file></FileNotFoundFault></detail>',
    );
    expect(answer.text).toContain("<faultcode>ServerFaultCode</faultcode><faultstring>File /no/such was not found<");
  });

  test("attributes are written with their actual type, and times in UTC", async () => {
    const { text } = await client.inGuest("ListFilesInGuest", "<filePath>/etc/passwd</filePath>");
    expect(text).toContain('<attributes xsi:type="GuestPosixFileAttributes"><modificationTime>');
    expect(text).toMatch(/<modificationTime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<\/modificationTime>/);
  });

  test("an unknown method, and one of another object", async () => {
    const unknown = await client.call("FlyToTheMoon", "ServiceInstance", "ServiceInstance");
    expect([unknown.fault, textAt(unknown.returned, "method")]).toEqual(["MethodNotFound", "FlyToTheMoon"]);
    const misplaced = await client.call("CurrentTime", "SearchIndex", "SearchIndex");
    expect(misplaced.fault).toBe("MethodNotFound");
  });

  test("objects that are not there", async () => {
    const manager = await client.call("CurrentTime", "ServiceInstance", "nobody");
    expect(manager.fault).toBe("ManagedObjectNotFound");
    const machine = await client.inGuest("DeleteFileInGuest", "<filePath>/x</filePath>", "vm-99");
    expect([machine.fault, textAt(machine.returned, "obj")]).toEqual(["ManagedObjectNotFound", "vm-99"]);
    expect(machine.faultText).toBe(
      "The object 'vim.VirtualMachine:vm-99' has already been deleted or has not been completely created",
    );
  });

  test.each([
    ["GET", "/sdk/vimServiceVersions.xml", 200],
    ["GET", "/sdk", 405],
    ["GET", "/elsewhere", 404],
    ["POST", "/elsewhere", 404],
  ])("%s %s is answered with %i", async (method, path, expected) => {
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(simulator.url);
      request({ hostname, port, path, method, ca: simulator.certificatePem, agent: false }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on("error", reject)
        .end();
    });
    expect(status).toBe(expected);
  });
});
