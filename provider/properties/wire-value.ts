import { archiveSignature, assetSignature, signatureKey } from "../resources/sources/asset";
import { isRecord, unknownValue, Unknown, type PropertyMap, type PropertyValue } from "./property-value";

/**
 * Marks of special values on Pulumi's wire (@pulumi/pulumi runtime/rpc; docs/reference/pulumi.md#values-on-the-wire).
 */
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** The wire's word for "not known yet"; the six others are those of typed unknowns, sent by Go programs. */
export const unknownSentinel = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownSentinels = new Set([
  unknownSentinel,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Properties as a kind can use them, and the names of the top-level ones that are secret or hold a secret. */
export interface DecodedProperties {
  readonly values: PropertyMap;
  readonly secretNames: ReadonlySet<string>;
}

/**
 * Takes Pulumi's wrappers off: secrets become plain (their names are told), unknowns become `unknownValue`, references become
 * ids, nulls in objects are absent. Assets and archives stay as they are.
 */
export function decodeProperties(wire: Readonly<Record<string, unknown>>): DecodedProperties {
  const secretNames = new Set<string>();
  const values: [string, PropertyValue][] = [];
  for (const [name, value] of Object.entries(wire)) {
    if (value === null || value === undefined) continue;
    const decoded = decodeValue(value, () => secretNames.add(name));
    // A secret may be null, where an SDK declares the output secret.
    if (decoded !== null) values.push([name, decoded]);
  }
  // By entries: a property may be called `__proto__`.
  return { values: Object.fromEntries(values), secretNames };
}

function decodeValue(value: unknown, foundSecret: () => void): PropertyValue {
  if (typeof value === "string") return unknownSentinels.has(value) ? unknownValue : value;
  if (Array.isArray(value)) return value.map((item) => decodeValue(item, foundSecret));
  if (!isRecord(value)) return value as PropertyValue;
  switch (value[signatureKey]) {
    case undefined:
    case assetSignature:
    case archiveSignature:
      return decodeObject(value, foundSecret);
    case secretSignature:
      foundSecret();
      return decodeValue(value.value, foundSecret);
    case outputSignature:
      if (value.secret === true) foundSecret();
      return value.value === undefined ? unknownValue : decodeValue(value.value, foundSecret);
    case resourceSignature:
      return decodeValue(value.id ?? value.urn, foundSecret) || unknownValue;
    default:
      throw new Error("a property holds a special value that this version does not know");
  }
}

function decodeObject(value: Readonly<Record<string, unknown>>, foundSecret: () => void): PropertyValue {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([name, item]) => [name, decodeValue(item, foundSecret)]),
  );
}

/** Properties for the wire: no undefined (the wire refuses it), unknowns as sentinels, those named in `secret` wrapped. */
export function encodeProperties(
  values: Readonly<Record<string, unknown>>,
  secret: ReadonlySet<string> = new Set(),
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const encoded = encodeValue(value);
        return [
          name,
          secret.has(name) && encoded !== null ? { [signatureKey]: secretSignature, value: encoded } : encoded,
        ];
      }),
  );
}

function encodeValue(value: unknown): unknown {
  if (value instanceof Unknown) return unknownSentinel;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : encodeValue(item)));
  return isRecord(value) ? encodeProperties(value) : value;
}
