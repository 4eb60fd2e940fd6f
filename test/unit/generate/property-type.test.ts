import { z } from "zod";
import { describeProperties } from "../../../scripts/generate/property-type";
import { holdsSecret, metaOf } from "../../../provider/vocabulary/property-meta";

function typeOf(schema: z.ZodType) {
  return describeProperties(z.object({ it: schema }), "Owner")[0]?.type;
}

test("what wrappers say counts before what they wrap says, and both are heard", () => {
  const inner = z.string().meta({ description: "inner", secret: true });
  expect(metaOf(inner.optional().meta({ description: "outer" }))).toMatchObject({ description: "outer", secret: true });
  expect(holdsSecret(z.object({ a: z.object({ b: inner }).optional() }))).toBe(true);
});

test("plain types", () => {
  expect(typeOf(z.string().optional())).toEqual({ kind: "string" });
  expect(typeOf(z.number().int().default(1))).toEqual({ kind: "integer" });
  expect(typeOf(z.number())).toEqual({ kind: "number" });
  expect(typeOf(z.array(z.boolean()))).toEqual({ kind: "list", items: { kind: "boolean" } });
  expect(typeOf(z.record(z.string(), z.unknown()))).toEqual({ kind: "map", values: { kind: "any" } });
  expect(typeOf(z.enum(["a", "b"]))).toEqual({ kind: "enum", name: "OwnerIt", values: ["a", "b"] });
});

test("objects among alternatives become one, in which only what all have is required", () => {
  const union = z.union([
    z.string(),
    z.strictObject({ kind: z.string(), a: z.string() }),
    z.strictObject({ kind: z.string(), b: z.number().optional() }),
  ]);
  expect(typeOf(union)).toMatchObject({
    kind: "union",
    options: [
      { kind: "string" },
      {
        kind: "object",
        name: "OwnerIt",
        properties: [
          { name: "kind", optional: false },
          { name: "a", optional: true },
          { name: "b", optional: true },
        ],
      },
    ],
  });
});

test("alternatives of one type are that type", () => {
  expect(typeOf(z.union([z.literal("a"), z.string().min(2)]))).toEqual({ kind: "string" });
});

test("a type without a counterpart is refused by name", () => {
  expect(() => typeOf(z.date())).toThrow(/OwnerIt: zod type date/);
});
