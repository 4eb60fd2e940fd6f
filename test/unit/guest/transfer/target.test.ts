import fc from "fast-check";
import { GuestError } from "../../../../provider/errors/guest-error";
import { transferTarget } from "../../../../provider/guest/transfer/target";
import { parseEndpoint } from "../../../../provider/soap/endpoint";

const server = parseEndpoint("vc.example.test:8443");
const path = "/guestFile?id=443&token=a443b*c";

test.each([
  ["https://*:443", {}, "https://vc.example.test:8443", true],
  ["https://*", {}, "https://vc.example.test:8443", true],
  ["https://esx1:443", {}, "https://esx1:443", false],
  ["https://esx1", {}, "https://esx1:443", false],
  ["https://esx1:443", { esx1: "10.0.0.1" }, "https://10.0.0.1:443", false],
  ["https://ESX1:443", { "esx1:443": "gate:9443" }, "https://gate:9443", false],
  ["https://esx1:443", { esx2: "gate:9443" }, "https://esx1:443", false],
  ["https://[fd00::1]:443", { "[fd00::1]": "gate" }, "https://gate:443", false],
  ["https://*:443", { "vc.example.test": "gate:1" }, "https://gate:1", true],
])("%s with %j goes to %s", (host, transferHosts, origin, isServerItself) => {
  expect(transferTarget(host + path, server, transferHosts)).toMatchObject({ origin, path, isServerItself });
});

test.each([
  "https://127.0.0.1:1/api/v1/admin",
  "https://esx1/guestFile",
  "https://esx1/guestFile/../admin?x",
  "https://esx1/guestFile?a b",
  "https://esx1/guestFile?a#b",
  "https://esx1/guestFile?\r\nHost: x",
  "https://esx1:99999/guestFile?id=1",
  "https://[:::]/guestFile?id=1",
  "https://user@esx1/guestFile?id=1",
  "https://esx1\\@127.0.0.1/guestFile?id=1",
  `https://esx1/guestFile?${"x".repeat(9_000)}`,
])("%j leads elsewhere and is refused", (url) => {
  expect(() => transferTarget(url, server, {})).toThrow(expect.objectContaining({ code: "PROTOCOL_ERROR" }) as Error);
});

test("any URL is one of /guestFile at a host, or refused", () => {
  const part = fc.constantFrom(
    "https://",
    "*",
    ":443",
    "esx1",
    "/guestFile",
    "?",
    "/",
    "#",
    "@",
    "\\",
    "[::1]",
    "%2e",
    "..",
    "\n",
    "é",
    " ",
  );
  const urls = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(part).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(urls, (url) => {
      try {
        const { origin, path: found } = transferTarget(url, server, {});
        expect(found.startsWith("/guestFile?")).toBe(true);
        expect(new URL(origin + found).pathname).toBe("/guestFile");
      } catch (error) {
        expect(error).toBeInstanceOf(GuestError);
      }
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 500) },
  );
});

test.each(["http://esx1/x", "esx1/x", "https://esx1"])("%s is refused without showing it", (url) => {
  expect(() => transferTarget(url, server, {})).toThrow(expect.objectContaining({ code: "PROTOCOL_ERROR" }) as Error);
});
