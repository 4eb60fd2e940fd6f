import type { ServerResponse } from "node:http";
import { throughEachHost } from "../lifecycle/each-host";
import { DeployedResource } from "../lifecycle/stack";
import { withHostileServer } from "./hostile-server";

/** What a deploy of a user's says where the vSphere server wishes its machine ill. */

const elements = "<a/>".repeat(200_000);
const children = Array.from({ length: 2_000 }, (_, i) => `<c xmlns:m${i}="u"/>`).join("");
const namespaces = Array.from({ length: 30_000 }, (_, i) => `xmlns:n${i}="u${i}"`).join(" ");
const envelope = (content: string, attributes = "") =>
  '<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
  `<RetrieveServiceContentResponse xmlns="urn:vim25" ${attributes}>${content}</RetrieveServiceContentResponse></soapenv:Body></soapenv:Envelope>`;

throughEachHost((startHost) => {
  test.each([
    ["four million elements", envelope(elements.repeat(20)), /larger than 1048576 bytes/],
    ["namespaces that children add to", envelope(children, namespaces), /more than 32 attributes and namespaces/],
    ["elements in elements without end", envelope("<a>".repeat(100_000)), /nested deeper than 64/],
    ["no XML", "\u001b[2J::error::gone", /not the XML that was expected|not XML/],
  ])("%s as an answer: a plain error, and nothing of it is printed raw", async (_, body, reason) => {
    const answer = (reply: ServerResponse) => {
      reply.on("error", () => {});
      reply.writeHead(200, { "content-type": "text/xml" }).end(body);
    };
    await withHostileServer(answer, async ({ port, requests }) => {
      const host = startHost({
        vsphereServer: `127.0.0.1:${port}`,
        allowUnverifiedSsl: "true",
        user: "deploy",
        password: "word",
        guestUser: "root",
        guestPassword: "word",
      });
      try {
        const file = new DeployedResource(host, "GuestFile");
        await expect(file.up({ vm: "web", path: "/etc/app.conf", content: "x" })).rejects.toThrow(reason);
        const said = file.said + host.said;
        expect(said).not.toContain("\u001b");
        expect(said).not.toMatch(/^::error::/m);
        expect(file.recorded).toBeUndefined();
        // A refusal of its answer is not asked for again and again.
        expect(requests().length).toBeLessThan(10);
      } finally {
        await host.close();
      }
    });
  });
});
