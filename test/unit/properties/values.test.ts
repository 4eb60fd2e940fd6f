import * as fc from "fast-check";
import { formatPath, isWithin, parsePath } from "../../../provider/properties/property-path";
import { unknownValue } from "../../../provider/properties/property-value";
import { differencesBetween, sameValue } from "../../../provider/properties/value-differences";
import { decodeProperties, encodeProperties, unknownSentinel } from "../../../provider/properties/wire-value";
import { nearestName } from "../../../provider/properties/nearest-name";

const signature = "4dabf18193072939515e22adb298388d";
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
const properties = fc.dictionary(fc.string({ minLength: 1 }), json, { maxKeys: 5, noNullPrototype: true });

test("a value is the same as its copy, and differs from any that is not equal", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(sameValue(a, structuredClone(a))).toBe(true);
      expect(sameValue(a, b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
    }),
  );
});

test("a property may have the name of what every object inherits", () => {
  const values = JSON.parse('{"__proto__":{"__proto__":"x"}}') as Record<string, object>;
  expect(JSON.stringify(decodeProperties(encodeProperties(values, new Set())).values)).toBe(JSON.stringify(values));
});

test("what is encoded comes back, secrets by name", () => {
  fc.assert(
    fc.property(properties, (values) => {
      const names = new Set(Object.keys(values).slice(0, 2));
      const decoded = decodeProperties(structuredClone(encodeProperties(values, names)));
      expect(decoded.values).toEqual(values);
      expect(decoded.secretNames).toEqual(names);
    }),
  );
});

test("unknowns, secrets, outputs and references lose their wrappers at any depth", () => {
  const secret = (value: unknown) => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
  const decoded = decodeProperties({
    a: unknownSentinel,
    b: { c: [secret({ d: secret("x"), e: null })] },
    f: { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: 1, secret: true },
    g: { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" },
    h: { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "the-id" },
    i: { [signature]: "c44067f5952c0a294b673a41bacd8c17", hash: "ab" },
    j: null,
  });
  expect(decoded.values).toEqual({
    a: unknownValue,
    b: { c: [{ d: "x" }] },
    f: 1,
    g: unknownValue,
    h: "the-id",
    i: { [signature]: "c44067f5952c0a294b673a41bacd8c17", hash: "ab" },
  });
  expect([...decoded.secretNames]).toEqual(["b", "f"]);
});

test("differences go as deep as the shapes agree", () => {
  const from = { a: { x: 1, y: 2 }, b: [1, 2], c: [1], d: "s" };
  const to = { a: { x: 1, y: 3, z: 4 }, b: [1, 5], c: [1, 2], e: true };
  const found = differencesBetween(from, to).map((one) => `${one.kind} ${formatPath(one.path)}`);
  expect(found).toEqual(["update a.y", "add a.z", "update b[1]", "update c", "delete d", "add e"]);
});

test("a path is read as it is written, whatever its names hold", () => {
  const step = fc.oneof(fc.string({ minLength: 1 }), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (rest) => {
      const path = ["top", ...rest];
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
});

test.each([
  ["environment.PATH", "environment", true],
  ["environment.PATH", 'environment["PATH"]', true],
  ["environment.PATH", "environment.*", true],
  ["arguments[2]", "arguments[*]", true],
  ["content", "*", true],
  ["environment", "environment.PATH", false],
  ["environmentMode", "environment", false],
])("%s stands within %s: %s", (property, scope, within) => expect(isWithin(property, scope)).toBe(within));

test("assets are the same when their hashes are, whatever else is left out", () => {
  const asset = (rest: object) => ({ [signature]: "c44067f5952c0a294b673a41bacd8c17", ...rest });
  expect(sameValue(asset({ hash: "1", path: "a" }), asset({ hash: "1" }))).toBe(true);
  expect(differencesBetween(asset({ hash: "1", path: "a" }), asset({ hash: "2", path: "a" }), ["source"])).toHaveLength(
    1,
  );
});

test("near names are found, far ones are not", () => {
  expect(nearestName("contents", ["content", "mode"])).toBe("content");
  expect(nearestName("owenr", ["owner", "group"])).toBe("owner");
  expect(nearestName("zebra", ["owner", "group"])).toBeUndefined();
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, sorted(item)]),
  );
}
