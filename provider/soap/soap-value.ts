import type { ManagedObjectReference } from "./managed-object-reference";

/**
 * A value whose element carries an `xsi:type`, needed where the declared type has subtypes
 * (docs/reference/protocol.md#types-on-the-wire).
 */
export class TypedValue {
  constructor(
    /** e.g. "NamePasswordAuthentication" or "xsd:string". */
    readonly xsiType: string,
    readonly value: SoapValue,
  ) {}
}

/** Fields of a data object; the order of the literal is the order on the wire and has to be that of the xsd. */
export interface SoapFields {
  readonly [name: string]: SoapValue;
}

/**
 * What can be sent. Numbers must be whole (xsd:int, xsd:long); Date goes as UTC, Uint8Array as base64; an array is the
 * element repeated, undefined (and an empty array) no element at all.
 */
export type SoapValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Uint8Array
  | ManagedObjectReference
  | TypedValue
  | SoapFields
  | readonly SoapValue[]
  | undefined;

/** Marks a value with its `xsi:type`. */
export function typed(xsiType: string, value: SoapValue): TypedValue {
  return new TypedValue(xsiType, value);
}
