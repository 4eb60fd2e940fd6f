import { ManagedObjectReference } from "../../../provider/soap/managed-object-reference";
import type { SoapCall } from "../../../provider/soap/soap-call";
import { PropertyCollector } from "../../../provider/vim/property-collector";
import { text } from "../../../provider/vim/xsd";
import { until } from "../../until";
import { envelope, response, withAnswers } from "./wire-server";

const call: SoapCall = {
  target: new ManagedObjectReference("ServiceInstance", "ServiceInstance"),
  method: "CurrentTime",
  parameters: {},
  safeToRepeat: false,
};
const time = response("CurrentTime", "<returnval>2026-01-02T03:04:05Z</returnval>");

test("the session cookie goes back as it came, quotes and all", async () => {
  const setCookie = { "set-cookie": 'vmware_soap_session="ab-12"; Path=/; HttpOnly; Secure' };
  await withAnswers([{ body: time, headers: setCookie }, { body: time }], async (transport, seen) => {
    await transport.invoke(call, {});
    await transport.invoke(call, {});
    expect(seen.map(({ headers }) => headers.cookie)).toEqual([undefined, 'vmware_soap_session="ab-12"']);
  });
});

test("a late answer of another session does not replace the one in use; a login does", async () => {
  const cookie = (value: string) => ({ "set-cookie": `vmware_soap_session="${value}"; Path=/` });
  const answers = [
    { body: time, headers: cookie("one") },
    { body: time, headers: cookie("stray") },
    { body: response("Login", ""), headers: cookie("two") },
  ];
  await withAnswers(answers, async (transport) => {
    await transport.invoke(call, {});
    await transport.invoke(call, {});
    expect(transport.cookie).toBe('vmware_soap_session="one"');
    await transport.invoke({ ...call, method: "Login" }, {});
    expect(transport.cookie).toBe('vmware_soap_session="two"');
  });
});

test("the end of a transport does not wait for an answer that never comes", async () => {
  await withAnswers([{ body: "", never: true }], async (transport, seen) => {
    const unanswered = expect(transport.invoke(call, {})).rejects.toMatchObject({ code: "CANCELLED" });
    await until(() => seen.length === 1);
    await transport.close();
    await unanswered;
  });
});

test("a call carries its version, and an operation id that is new each time", async () => {
  await withAnswers([{ body: time }, { body: time }], async (transport, seen) => {
    await transport.invoke(call, {});
    await transport.invoke(call, {});
    expect(seen[0]!.headers).toMatchObject({
      soapaction: "urn:vim25/6.7",
      "content-type": 'text/xml; charset="utf-8"',
    });
    const ids = seen.map(({ body }) => /<operationID[^>]*>([^<]+)</.exec(body)?.[1]);
    expect(new Set(ids).size).toBe(2);
  });
});

test.each([
  ["an HTML page", { body: "<html><p>Welcome</html>" }, "PROTOCOL_ERROR", false],
  ["another path's 404", { status: 404, body: "" }, "PROTOCOL_ERROR", false],
  ["a proxy that has no service yet", { status: 503, body: "" }, "VCENTER_UNREACHABLE", true],
  ["a proxy that failed on the way", { status: 502, body: "<html/>" }, "VCENTER_UNREACHABLE", false],
  ["a failure without a fault", { status: 500, body: "<html>Oops" }, "VCENTER_UNREACHABLE", false],
  ["the answer to something else", { body: response("Logout", "") }, "PROTOCOL_ERROR", false],
  ["an empty body", { body: "" }, "PROTOCOL_ERROR", false],
  ["an empty envelope", { body: envelope("") }, "PROTOCOL_ERROR", false],
  ["a document type", { body: `<!DOCTYPE x>${envelope("")}` }, "PROTOCOL_ERROR", false],
  ["an answer that breaks off", { body: time.slice(0, 100), cut: true }, "VCENTER_UNREACHABLE", false],
] as const)("%s is an error that names the server", async (_, answer, code, retryable) => {
  await withAnswers([answer], async (transport) => {
    await expect(transport.invoke(call, {})).rejects.toMatchObject({
      code,
      retryable,
      message: expect.stringMatching(/127\.0\.0\.1:\d+/),
    });
  });
});

test("an endless answer is cut off", async () => {
  const large = "x".repeat(65 * 1024 * 1024);
  await withAnswers([{ body: large }], async (transport) => {
    await expect(transport.invoke(call, {})).rejects.toMatchObject({ code: "PROTOCOL_ERROR" });
  });
});

test("a result of several pages comes whole", async () => {
  const page = (names: string[], token: string) =>
    `<returnval>${token}${names
      .map(
        (name) =>
          `<objects><obj type="VirtualMachine">${name}</obj><propSet><name>name</name><val>${name}</val></propSet></objects>`,
      )
      .join("")}</returnval>`;
  const answers = [
    { body: response("RetrievePropertiesEx", page(["a", "b"], "<token>0</token>")) },
    { body: response("ContinueRetrievePropertiesEx", page(["c"], "")) },
  ];
  await withAnswers(answers, async (transport, seen) => {
    const collector = new PropertyCollector((...sent) => transport.invoke(...sent), call.target);
    const found = await collector.retrieve([new ManagedObjectReference("VirtualMachine", "a")], { name: text });
    expect(found.map(({ properties }) => properties.name)).toEqual(["a", "b", "c"]);
    expect(seen[1]!.body).toContain("<token>0</token>");
  });
});

test("a result that is not as declared says where", async () => {
  const wrong = "<returnval><objects><obj>untyped</obj></objects></returnval>";
  await withAnswers([{ body: response("RetrievePropertiesEx", wrong) }], async (transport) => {
    const collector = new PropertyCollector((...sent) => transport.invoke(...sent), call.target);
    const retrieving = collector.retrieve([call.target], { name: text });
    await expect(retrieving).rejects.toMatchObject({
      code: "PROTOCOL_ERROR",
      message: expect.stringMatching(/RetrievePropertiesEx.*reference with a type/s),
    });
  });
});
