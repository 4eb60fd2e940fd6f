import { z } from "zod";
import type { SoapElement } from "../../soap/soap-element";
import { typed, type SoapFields, type TypedValue } from "../../soap/soap-value";
import { anyType, dataObject, dateTime, oneOf, optional, required, text, type Decoder } from "../xsd";

/** A key: `HKEY_LOCAL_MACHINE\SOFTWARE\Acme` in the view of the system itself or of 32 or 64 bit programs. */
export interface GuestRegKeyNameSpec {
  readonly registryPath: string;
  readonly wowBitness: "WOWNative" | "WOW32" | "WOW64";
}

/** A value's content. Numbers are unsigned here, signed on the wire (docs/reference/guest-operations.md#registry). */
export type GuestRegValueData =
  | { readonly type: "dword"; readonly value: number }
  | { readonly type: "qword"; readonly value: bigint }
  | { readonly type: "string" | "expandString"; readonly value: string }
  | { readonly type: "multiString"; readonly value: readonly string[] }
  | { readonly type: "binary"; readonly value: Buffer };

/** A named value of a key; name "" is the key's default value. */
export interface GuestRegValue {
  readonly key: GuestRegKeyNameSpec;
  readonly name: string;
  readonly data: GuestRegValueData;
}

const guestRegKeyName = dataObject({
  registryPath: required(text),
  wowBitness: required(oneOf("WOWNative", "WOW32", "WOW64")),
});

/** GuestRegKeyRecordSpec: `fault` for a subkey that could not be opened. */
export const guestRegKeyRecord = dataObject({
  key: required(
    dataObject({ keyName: required(guestRegKeyName), classType: required(text), lastWritten: required(dateTime) }),
  ),
  fault: optional(anyType),
});
export type GuestRegKeyRecord = z.output<typeof guestRegKeyRecord>;

const valueData: Decoder<GuestRegValueData> = anyType.transform((at, context) => {
  const data = decodeData(at);
  if (data !== undefined) return data;
  context.addIssue({ code: "custom", message: `unknown registry value type ${at.xsiType ?? ""}` });
  return z.NEVER;
});

export const guestRegValue: Decoder<GuestRegValue> = dataObject({
  name: required(dataObject({ keyName: required(guestRegKeyName), name: required(text) })),
  data: required(valueData),
}).transform(({ name, data }) => ({ key: name.keyName, name: name.name, data }));

export function keyNameValue({ registryPath, wowBitness }: GuestRegKeyNameSpec): SoapFields {
  return { registryPath, wowBitness };
}

export function valueNameValue(key: GuestRegKeyNameSpec, name: string): SoapFields {
  return { keyName: keyNameValue(key), name };
}

export function valueDataValue(data: GuestRegValueData): TypedValue {
  switch (data.type) {
    case "dword":
      return typed("GuestRegValueDwordSpec", { value: data.value | 0 });
    case "qword":
      return typed("GuestRegValueQwordSpec", { value: BigInt.asIntN(64, data.value) });
    case "string":
      return typed("GuestRegValueStringSpec", { value: data.value });
    case "expandString":
      return typed("GuestRegValueExpandStringSpec", { value: data.value });
    case "multiString":
      return typed("GuestRegValueMultiStringSpec", { value: data.value });
    case "binary":
      return typed("GuestRegValueBinarySpec", { value: data.value });
  }
}

function decodeData(at: SoapElement): GuestRegValueData | undefined {
  const values = (at.children["value"] ?? []).map((value) => value.text);
  const first = values[0] ?? "";
  switch (at.xsiType) {
    case "GuestRegValueDwordSpec":
      return { type: "dword", value: Number(first) >>> 0 };
    case "GuestRegValueQwordSpec":
      return /^-?\d+$/.test(first) ? { type: "qword", value: BigInt.asUintN(64, BigInt(first)) } : undefined;
    case "GuestRegValueStringSpec":
      return { type: "string", value: first };
    case "GuestRegValueExpandStringSpec":
      return { type: "expandString", value: first };
    case "GuestRegValueMultiStringSpec":
      return { type: "multiString", value: values };
    case "GuestRegValueBinarySpec":
      return { type: "binary", value: Buffer.from(first, "base64") };
    default:
      return undefined;
  }
}
