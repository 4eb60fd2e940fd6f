import { z } from "zod";
import { ManagedObjectReference } from "../soap/managed-object-reference";
import type { SoapElement } from "../soap/soap-element";

/**
 * The schema vocabulary in which answers are declared: xsd types over elements, and how often an element occurs.
 * `dataObject({ size: required(long), attributes: optional(attributes), files: repeated(fileInfo) })`.
 */
export type Decoder<T> = z.ZodType<T, SoapElement>;

const element = z.custom<SoapElement>((value) => typeof value === "object" && value !== null && "children" in value);

function leaf<T>(expected: string, decode: (text: string) => T | undefined): Decoder<T> {
  return element.transform((at, context) => {
    const value = decode(at.text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: `expected ${expected}` });
    return z.NEVER;
  });
}

/** xsd:string and enumerations whose values are not checked. */
export const text: Decoder<string> = leaf("text", (value) => value);

/** xsd:boolean. */
export const boolean: Decoder<boolean> = leaf("xsd:boolean", (value) =>
  value === "true" || value === "1" ? true : value === "false" || value === "0" ? false : undefined,
);

/** xsd:int and xsd:long within the range that a number holds exactly. */
export const integer: Decoder<number> = leaf("a whole number within 2^53", (value) => {
  const number = /^[+-]?\d+$/.test(value) ? Number(value) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
});

/** xsd:dateTime, to the millisecond. */
export const dateTime: Decoder<Date> = leaf("xsd:dateTime", (value) => {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
});

/** One of the given words. */
export function oneOf<const T extends string>(...words: readonly T[]): Decoder<T> {
  return leaf(words.join(" | "), (value) => words.find((word) => word === value));
}

/** ManagedObjectReference: the `type` attribute and the id as text. */
export const reference: Decoder<ManagedObjectReference> = element.transform((at, context) => {
  const type = at.attributes["type"];
  if (type !== undefined) return new ManagedObjectReference(type, at.text);
  context.addIssue({ code: "custom", message: "expected a reference with a type" });
  return z.NEVER;
});

/** The element itself, for values whose type only the caller knows. */
export const anyType: Decoder<SoapElement> = element;

/** `byte[]`: vCenter sends an element per (signed) byte, other servers base64 text. */
export const byteArray: Decoder<Buffer> = element.transform((at) => {
  const bytes = at.children["byte"];
  return bytes === undefined ? Buffer.from(at.text, "base64") : Buffer.from(bytes.map((byte) => Number(byte.text)));
});

/** `ArrayOf…`: the children of whatever name. */
export function arrayOf<T>(item: Decoder<T>): Decoder<T[]> {
  return element.transform((at) => Object.values(at.children).flat()).pipe(z.array(item));
}

/** An element that has to be there; of several the first counts. */
export function required<T>(decoder: Decoder<T>) {
  return z
    .array(element, { error: "element is missing" })
    .min(1)
    .transform((found) => found[0] as SoapElement)
    .pipe(decoder);
}

/** An element that may be absent. */
export function optional<T>(decoder: Decoder<T>) {
  return z
    .array(element)
    .default([])
    .transform((found) => found[0])
    .pipe(decoder.optional());
}

/** An element that occurs any number of times. */
export function repeated<T>(decoder: Decoder<T>) {
  return z.array(element).default([]).pipe(z.array(decoder));
}

/** A data object: a decoder per child element. Unknown children are ignored (newer servers send more). */
export function dataObject<S extends z.ZodRawShape>(shape: S): Decoder<z.output<z.ZodObject<S>>> {
  const fields: z.ZodType<z.output<z.ZodObject<S>>> = z.object(shape);
  return element.transform((at): unknown => at.children).pipe(fields);
}
