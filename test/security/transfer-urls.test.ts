import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { getTransfer, putTransfer } from "../../provider/guest/transfer/http-transfer";
import { isNearby, leadsNearby } from "../../provider/guest/transfer/own-machine";
import { transferTarget } from "../../provider/guest/transfer/target";
import { parseEndpoint } from "../../provider/soap/endpoint";
import { withHostileServer } from "./hostile-server";

/** A server that names this machine's own services as the place of a file's contents gets them nowhere. */

const far = parseEndpoint("vc.example.test");
const trust = { allowUnverifiedSsl: true };
const content = { sizeBytes: 6, open: () => Readable.from([Buffer.from("secret")]) };
const subject = { description: "/etc/secret" };
const { signal } = new AbortController();
const answer = (reply: ServerResponse) => reply.end();

test.each(["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::ffff:127.0.0.1]", "127.1"])(
  "nothing goes to or comes from %s, since the server's word alone leads there",
  async (host) => {
    await withHostileServer(answer, async ({ port, requests }) => {
      const named = transferTarget(`https://${host}:${port}/guestFile?id=1&token=x`, far, {});
      expect(named.isConfigured).toBe(false);
      const target = { ...named, mayLeadBack: false };
      const refused = { code: "PROTOCOL_ERROR", message: expect.stringMatching(/this machine itself.*transferHosts/) };
      await expect(putTransfer(target, trust, content, subject, signal)).rejects.toMatchObject(refused);
      await expect(getTransfer(target, trust, subject, signal, () => {})).rejects.toMatchObject(refused);
      expect(requests()).toEqual([]);
    });
  },
);

test("where `transferHosts` names it, it goes there", async () => {
  await withHostileServer(answer, async ({ port, requests }) => {
    const hosts = { "esx1:443": `127.0.0.1:${port}` };
    const target = transferTarget("https://esx1:443/guestFile?id=1&token=x", far, hosts);
    await putTransfer({ ...target, mayLeadBack: target.isConfigured }, trust, content, subject, signal);
    expect(requests()).toEqual(["PUT /guestFile?id=1&token=x"]);
  });
});

test.each([
  ["127.8.9.1", true],
  ["169.254.169.254", true],
  ["0.0.0.0", true],
  ["::1", true],
  ["::", true],
  ["fe80::1%eth0", true],
  ["::ffff:169.254.1.1", true],
  ["::ffff:7f00:1", true],
  ["203.0.113.7", false],
  ["2001:db8::1", false],
  ["::ffff:203.0.113.7", false],
])("%s is this machine or its link: %s", (address, expected) => {
  expect(isNearby(address)).toBe(expected);
});

test("names are followed to their addresses", async () => {
  expect(await leadsNearby("localhost")).toBe(true);
  expect(await leadsNearby("203.0.113.7")).toBe(false);
});
