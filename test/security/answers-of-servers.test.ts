import type { ServerResponse } from "node:http";
import { ManagedObjectReference } from "../../provider/soap/managed-object-reference";
import type { SoapCall } from "../../provider/soap/soap-call";
import { withHostileServer } from "./hostile-server";

/** A vSphere server that wishes the machine that deploys ill: nothing that it answers takes that machine's time or memory. */

const call = (method: string): SoapCall => ({
  target: new ManagedObjectReference("ServiceInstance", "ServiceInstance"),
  method,
  parameters: {},
  safeToRepeat: false,
});
const session = { "set-cookie": 'vmware_soap_session="ab"; Path=/' };
const envelope = (method: string, content: string, attributes = "") =>
  '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
  `<${method}Response xmlns="urn:vim25" ${attributes}>${content}</${method}Response></soapenv:Body></soapenv:Envelope>`;
const declarations = (count: number) => Array.from({ length: count }, (_, i) => `xmlns:n${i}="u${i}"`).join(" ");

/** The error of a call after a login, to which a server answers with `body`; and how many turns others had meanwhile. */
async function afterLogin(body: string) {
  let turns = 0;
  let error: unknown;
  let isFirst = true;
  const answer = (reply: ServerResponse) => {
    if (isFirst) reply.writeHead(200, session).end(envelope("Login", ""));
    else reply.end(body);
    isFirst = false;
  };
  await withHostileServer(answer, async ({ transport }) => {
    await transport.invoke(call("Login"), {});
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    error = await transport.invoke(call("Do"), {}).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    isOver = true;
  });
  return { error, turns };
}

test("400,000 namespaces of a parent, of which 2,000 children each add one, are refused at the first few", async () => {
  const children = Array.from({ length: 2_000 }, (_, i) => `<c xmlns:m${i}="u"/>`).join("");
  const { error } = await afterLogin(envelope("Do", children, declarations(400_000)));
  expect(error).toMatchObject({
    code: "PROTOCOL_ERROR",
    message: expect.stringMatching(/^Do: the answer of 127.*more than 32 attributes and namespaces/),
  });
});

test("a scope is not copied: 50,000 children that each declare a namespace in a deep place are read", async () => {
  const deep = 40;
  const opened = Array.from({ length: deep }, (_, i) => `<d xmlns:d${i}="u${i}">`).join("");
  const children = Array.from({ length: 50_000 }, (_, i) => `<c xmlns:m${i}="u"/>`).join("");
  const { error } = await afterLogin(envelope("Do", opened + children + "</d>".repeat(deep)));
  expect(error).toBeUndefined();
});

test("an answer of 62 MB of elements is refused at a number of them, and others have their turn meanwhile", async () => {
  const { error, turns } = await afterLogin(envelope("Do", "<a/>".repeat(15_500_000)));
  expect(error).toMatchObject({ message: expect.stringContaining("more than 1000000 elements") });
  // A million elements are four megabytes, which come in pieces of about 64 KiB.
  expect(turns).toBeGreaterThan(40);
});

test.each([
  ["attributes", `<a ${Array.from({ length: 33 }, (_, i) => `b${i}=""`).join(" ")}/>`, "more than 32 attributes"],
  ["levels", "<a>".repeat(65), "nested deeper than 64"],
  ["letters of a name", `<${"a".repeat(5_000_000)}/>`, "a name is longer than 1000"],
  ["letters of an end that fits none", `<a></${"b".repeat(5_000_000)}>`, "not the XML that was expected"],
  ["attributes in all", `<a b="" c="" d="" e="" f="" g=""/>`.repeat(200_000), "more than 1000000 attributes"],
])("too many %s are refused in a few words", async (_, content, reason) => {
  const { error } = await afterLogin(envelope("Do", content));
  expect(error).toMatchObject({ code: "PROTOCOL_ERROR", message: expect.stringContaining(reason) });
  expect((error as Error).message.length).toBeLessThan(500);
});

test("a listing of 50,000 files is no attack", async () => {
  const file =
    "<files><path>name-of-a-file.conf</path><type>file</type><size>123456</size><attributes><modificationTime>2026-01-01T00:00:00Z</modificationTime>" +
    "<accessTime>2026-01-01T00:00:00Z</accessTime><symlinkTarget></symlinkTarget><ownerId>0</ownerId><groupId>0</groupId><permissions>420</permissions></attributes></files>";
  const { error } = await afterLogin(
    envelope("Do", `<returnval>${file.repeat(50_000)}<remaining>0</remaining></returnval>`),
  );
  expect(error).toBeUndefined();
});

test.each(["RetrieveServiceContent", "Login"])(
  "before a login an answer to %s is cut off at a mebibyte",
  async (method) => {
    let sentBytes = 0;
    const piece = "<a>x</a>".repeat(8_192);
    const pour = (reply: ServerResponse) => {
      while (!reply.destroyed && sentBytes < 60_000_000) {
        sentBytes += piece.length;
        if (!reply.write(piece)) return void reply.once("drain", () => pour(reply));
      }
      reply.end();
    };
    const answer = (reply: ServerResponse) => {
      reply.writeHead(200, session);
      reply.write("<a>");
      pour(reply);
    };
    await withHostileServer(answer, async ({ transport }) => {
      await expect(transport.invoke(call(method), {})).rejects.toMatchObject({
        code: "PROTOCOL_ERROR",
        message: expect.stringContaining("larger than 1048576 bytes"),
      });
    });
    // What lies in buffers of sockets was sent too.
    expect(sentBytes).toBeLessThan(20_000_000);
  },
);

test("an answer that dribbles ends by the time-out, and by a cancellation", async () => {
  const dribble = (reply: ServerResponse) => {
    reply.writeHead(200, session);
    const timer = setInterval(() => reply.write("<a>"), 20);
    reply.on("close", () => clearInterval(timer));
    reply.write("<a>");
  };
  await withHostileServer(
    dribble,
    async ({ transport }) => {
      await expect(transport.invoke(call("Login"), {})).rejects.toMatchObject({
        code: "VCENTER_UNREACHABLE",
        message: expect.stringContaining("its end did not come within 0.5 seconds"),
      });
      const cancelled = transport.invoke(call("Login"), { signal: AbortSignal.timeout(100) });
      await expect(cancelled).rejects.toMatchObject({ code: "TIMED_OUT" });
    },
    500,
  );
});

test("a fault of 10 MB is told in its first 2,000 characters", async () => {
  const long = "x".repeat(10_000_000);
  const detail = `<detail><NotFoundFault><reason>${long}</reason></NotFoundFault></detail>`;
  const xml = envelope("Do", "").replace(
    /<DoR.*<\/DoResponse>/,
    `<soapenv:Fault><faultstring>${long}</faultstring>${detail}</soapenv:Fault>`,
  );
  const { error } = await afterLogin(xml);
  expect((error as Error).message).toMatch(/^Do was refused: x{2000}… \(10000000 characters\) \[NotFound\]$/);
  expect(JSON.stringify(error).length).toBeLessThan(10_000);
});

test("a redirect is not followed", async () => {
  const answer = (reply: ServerResponse) => reply.writeHead(307, { location: "/elsewhere" }).end();
  await withHostileServer(answer, async ({ transport, requests }) => {
    await expect(transport.invoke(call("Login"), {})).rejects.toMatchObject({ code: "PROTOCOL_ERROR" });
    expect(requests()).toEqual(["POST /sdk"]);
  });
});

test.each([
  ["an endless session cookie", `vmware_soap_session=${"x".repeat(5_000)}`],
  ["a session cookie with spaces", "vmware_soap_session=a b c"],
  ["a session cookie of nothing", "vmware_soap_session="],
])("%s is refused and never sent back", async (_, cookie) => {
  const answer = (reply: ServerResponse) => reply.writeHead(200, { "set-cookie": cookie }).end(envelope("Login", ""));
  await withHostileServer(answer, async ({ transport }) => {
    await expect(transport.invoke(call("Login"), {})).rejects.toMatchObject({
      message: expect.stringContaining("cookie"),
    });
    expect(transport.cookie).toBeUndefined();
  });
});

test("headers without end are refused with the reason", async () => {
  const answer = (reply: ServerResponse) => reply.writeHead(200, { "x-long": "x".repeat(100_000) }).end();
  await withHostileServer(answer, async ({ transport }) => {
    await expect(transport.invoke(call("Login"), {})).rejects.toMatchObject({
      message: expect.stringContaining("headers of the answer are too large"),
    });
  });
});
