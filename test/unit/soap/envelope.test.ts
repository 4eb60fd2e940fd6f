import fc from "fast-check";
import { serializeCall } from "../../../provider/soap/envelope";
import { ManagedObjectReference } from "../../../provider/soap/managed-object-reference";
import { parseXml } from "../../../provider/soap/parse";
import type { SoapElement } from "../../../provider/soap/soap-element";
import { typed, type SoapFields } from "../../../provider/soap/soap-value";

const target = new ManagedObjectReference("GuestFileManager", "files");

function sent(parameters: SoapFields): SoapElement {
  const envelope = parseXml(serializeCall({ target, method: "Do", parameters, safeToRepeat: true }, "id-1"));
  return envelope.children["Body"]![0]!.children["Do"]![0]!;
}

test("values take the form that the API reads", () => {
  const call = sent({
    vm: new ManagedObjectReference("VirtualMachine", "vm-42"),
    auth: typed("NamePasswordAuthentication", { interactiveSession: false, username: "root" }),
    when: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    bytes: Buffer.from([0, 255]),
    large: 2n ** 63n - 1n,
    many: ["a", "b"],
    none: [],
    absent: undefined,
    empty: "",
    nested: { inner: 7 },
  });
  expect(Object.keys(call.children)).toEqual([
    "_this",
    "vm",
    "auth",
    "when",
    "bytes",
    "large",
    "many",
    "empty",
    "nested",
  ]);
  const first = (name: string) => call.children[name]![0]!;
  expect(first("_this")).toMatchObject({ text: "files", attributes: { type: "GuestFileManager" } });
  expect(first("vm")).toMatchObject({ text: "vm-42", attributes: { type: "VirtualMachine" } });
  expect(first("auth").xsiType).toBe("NamePasswordAuthentication");
  expect(Object.keys(first("auth").children)).toEqual(["interactiveSession", "username"]);
  expect(first("when").text).toBe("2026-01-02T03:04:05.000Z");
  expect(first("bytes").text).toBe("AP8=");
  expect(first("large").text).toBe("9223372036854775807");
  expect(call.children["many"]!.map((item) => item.text)).toEqual(["a", "b"]);
  expect(first("nested").children["inner"]![0]!.text).toBe("7");
});

test("every text that XML can carry arrives unchanged", () => {
  const carried = fc
    .string({ unit: "binary" })
    // eslint-disable-next-line no-control-regex -- what XML 1.0 can't carry
    .filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text));
  fc.assert(fc.property(carried, (text) => sent({ text }).children["text"]![0]!.text === text));
});

test.each(["\u0000", "a\u001bb", "\ud800", "\uffff"])("%j, which XML can't carry, is refused by name", (text) => {
  expect(() => sent({ path: text })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
  expect(() => sent({ path: text })).toThrow(/Do\.path contains the character U\+/);
});

test.each([1.5, NaN, Infinity, 2 ** 60])("the number %p, which no xsd type holds exactly, is refused", (number) => {
  expect(() => sent({ number })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
});
