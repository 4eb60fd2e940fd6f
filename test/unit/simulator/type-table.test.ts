import fc, { type Arbitrary } from "fast-check";
import { decodeValue } from "../../../simulator/soap/decode";
import { encodeField } from "../../../simulator/soap/encode";
import type { FieldType } from "../../../simulator/soap/schema/notation";
import { guestTypes } from "../../../simulator/soap/schema/guest-types";
import {
  dataType,
  enumValues,
  fieldType,
  methodNamed,
  methodNames,
  isManagedType,
} from "../../../simulator/soap/schema/tables";
import { parseXml } from "../../../simulator/soap/xml-tree";

/** Any text that XML 1.0 can carry. */
const text = fc.string({ unit: "binary" }).map((value) =>
  // eslint-disable-next-line no-control-regex -- the characters that XML cannot carry
  value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, ""),
);

const scalars: Readonly<Record<string, Arbitrary<unknown>>> = {
  string: text,
  boolean: fc.boolean(),
  int: fc.integer(),
  long: fc.maxSafeInteger(),
  qword: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  dateTime: fc.date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true }),
  base64Binary: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
};

/** Any value of a type, as the table declares it. */
function valueOf(type: FieldType): Arbitrary<unknown> {
  if (type.kind === "scalar") return scalars[type.name] ?? fc.constant("any");
  if (type.kind === "enum") return fc.constantFrom(...(enumValues(type.name) ?? []));
  if (type.kind === "reference") return text.map((value) => ({ type: type.name, value: value.trim() }));
  return objectOf(type.name);
}

function objectOf(name: string): Arbitrary<Record<string, unknown>> {
  const fields = (dataType(name)?.fields ?? []).filter(({ type }) => type.name !== "LocalizedMethodFault");
  const model = Object.fromEntries(
    fields.map(({ name: field, type }) => [
      field,
      type.array ? fc.array(valueOf(type), { minLength: 1, maxLength: 3 }) : valueOf(type),
    ]),
  );
  const requiredKeys = fields.filter(({ type }) => type.required).map(({ name: field }) => field);
  return fc.record(model, { requiredKeys }).map((value) => ({ $type: name, ...value }));
}

const concrete = Object.entries(guestTypes).filter(([, type]) => !("abstract" in type));
const self = concrete.filter(
  ([, type]) => !Object.values(type.fields).some((field) => /^Guest(Auth|Reg\w+Data)/.test(field)),
);

test.each(self.map(([name]) => name))("any %s is read back as it was written", (name) => {
  fc.assert(
    fc.property(objectOf(name), (value) => {
      const xml = `<root xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${encodeField("value", fieldType(name), value)}</root>`;
      const element = parseXml(xml).children[0];
      if (element === undefined) throw new Error("nothing was written");
      expect(decodeValue(element, fieldType(name))).toEqual(value);
    }),
    { numRuns: 30 },
  );
});

test("every method stands on a managed type, and its parameters have known types", () => {
  for (const name of methodNames()) {
    const method = methodNamed(name);
    expect(isManagedType(method?.on ?? "")).toBe(true);
    for (const { type } of method?.parameters ?? []) {
      if (type.kind === "reference") expect(isManagedType(type.name)).toBe(true);
      if (type.kind === "data") expect(dataType(type.name)).toBeDefined();
    }
  }
});
