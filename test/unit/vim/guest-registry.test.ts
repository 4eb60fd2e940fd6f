import fc from "fast-check";
import { serializeCall } from "../../../provider/soap/envelope";
import { ManagedObjectReference } from "../../../provider/soap/managed-object-reference";
import { parseXml } from "../../../provider/soap/parse";
import {
  guestRegValue,
  valueDataValue,
  valueNameValue,
  type GuestRegValueData,
} from "../../../provider/vim/guest-operations/guest-registry";

const target = new ManagedObjectReference("GuestWindowsRegistryManager", "registry");
const key = { registryPath: "HKEY_LOCAL_MACHINE\\SOFTWARE\\Acme", wowBitness: "WOW64" } as const;

/** The value as a server that stores what it is sent would list it. */
function listed(name: string, data: GuestRegValueData) {
  const value = { name: valueNameValue(key, name), data: valueDataValue(data) };
  const call = { target, method: "SetRegistryValueInGuest", parameters: { value }, safeToRepeat: true };
  const body = parseXml(serializeCall(call, "1")).children["Body"]![0]!;
  return guestRegValue.parse(body.children["SetRegistryValueInGuest"]![0]!.children["value"]![0]!);
}

const text = fc.string({ unit: "grapheme-ascii" });
const data: fc.Arbitrary<GuestRegValueData> = fc.oneof(
  fc.record({ type: fc.constant("dword" as const), value: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  fc.record({ type: fc.constant("qword" as const), value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
  fc.record({ type: fc.constantFrom("string" as const, "expandString" as const), value: text }),
  fc.record({ type: fc.constant("multiString" as const), value: fc.array(text) }),
  fc.record({ type: fc.constant("binary" as const), value: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }),
);

test("a value of any type comes back as it was set", () => {
  fc.assert(
    fc.property(text, data, (name, value) => {
      expect(listed(name, value)).toEqual({ key, name, data: value });
    }),
  );
});

test("an unknown type is refused by name", () => {
  const element = (name: string, content: string, type = "") =>
    `<${name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ${type}>${content}</${name}>`;
  const keyName = element("keyName", "<registryPath>x</registryPath><wowBitness>WOW32</wowBitness>");
  const value = element("value", element("name", `${keyName}<name>n</name>`) + element("data", "", 'xsi:type="New"'));
  expect(() => guestRegValue.parse(parseXml(value))).toThrow(/unknown registry value type New/);
});
