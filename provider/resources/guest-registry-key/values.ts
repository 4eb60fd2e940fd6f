import { z } from "zod";
import type { GuestRegValueData } from "../../vim/guest-operations/guest-registry";

/** A value of a key as a program declares it: exactly one of the types, or a text for a string. */
export const registryValueSchema = z
  .union([
    z.string(),
    z
      .strictObject({
        string: z.string().optional().meta({ description: "REG_SZ." }),
        expandString: z.string().optional().meta({ description: "REG_EXPAND_SZ: a text with `%VARIABLES%`." }),
        multiString: z.array(z.string().min(1)).optional().meta({ description: "REG_MULTI_SZ." }),
        dword: z.number().int().min(0).max(0xffffffff).optional().meta({ description: "REG_DWORD, unsigned." }),
        qword: z
          .union([z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER), z.string().regex(/^\d{1,20}$/)])
          .refine((value) => BigInt(value) < 1n << 64n, "must be below 2^64")
          .optional()
          .meta({ description: "REG_QWORD, unsigned; beyond 2^53 as text." }),
        binary: z.base64("must be base64").optional().meta({ description: "REG_BINARY, in base64." }),
      })
      .refine(
        (value) => Object.values(value).filter((one) => one !== undefined).length === 1,
        "needs exactly one of string, expandString, multiString, dword, qword, binary",
      ),
  ])
  .meta({
    typeName: "RegistryValue",
    description: "A text (REG_SZ), or an object that names the type: `{ dword: 1 }`, `{ multiString: [...] }`.",
  });

export type DeclaredRegistryValue = z.infer<typeof registryValueSchema>;

/** The value as the guest has it. */
export function dataOf(value: DeclaredRegistryValue): GuestRegValueData {
  if (typeof value === "string") return { type: "string", value };
  if (value.string !== undefined) return { type: "string", value: value.string };
  if (value.expandString !== undefined) return { type: "expandString", value: value.expandString };
  if (value.multiString !== undefined) return { type: "multiString", value: value.multiString };
  if (value.dword !== undefined) return { type: "dword", value: value.dword };
  if (value.qword !== undefined) return { type: "qword", value: BigInt(value.qword) };
  return { type: "binary", value: Buffer.from(value.binary ?? "", "base64") };
}

/** The value as a program would declare it. */
export function declaredOf(data: GuestRegValueData): DeclaredRegistryValue {
  switch (data.type) {
    case "string":
      return data.value;
    case "qword":
      return { qword: data.value <= Number.MAX_SAFE_INTEGER ? Number(data.value) : String(data.value) };
    case "binary":
      return { binary: data.value.toString("base64") };
    case "multiString":
      return { multiString: [...data.value] };
    case "dword":
      return { dword: data.value };
    case "expandString":
      return { expandString: data.value };
  }
}

/** True for the same type and content. */
export function isSameData(one: GuestRegValueData, other: GuestRegValueData): boolean {
  return JSON.stringify(declaredOf(one)) === JSON.stringify(declaredOf(other)) && one.type === other.type;
}
