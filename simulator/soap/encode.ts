import { dataType, fieldType, type DataType } from "./schema/tables";
import type { FieldType, ManagedObjectReference } from "./schema/notation";

/** A value with its declared type, for elements of type anyType: property values, task results. */
export class Typed {
  constructor(
    readonly type: FieldType,
    readonly value: unknown,
  ) {}
}

/** A value for an anyType element, by the text of its declared type. */
export const typed = (type: string, value: unknown): Typed => new Typed(fieldType(type), value);

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};
const special = /[&<>"\r]/g;
// eslint-disable-next-line no-control-regex -- XML 1.0 cannot carry these (docs/reference/protocol.md#envelope)
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text made safe for an element or attribute; what XML cannot carry becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(forbidden, "\ufffd").replace(special, (character) => entities[character] ?? character);
}

/** An element, or one per item of an array; nothing for undefined. */
export function encodeField(name: string, type: FieldType, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (!type.array) return encodeOne(name, type, value);
  let out = "";
  for (const item of value as Iterable<unknown>) out += encodeOne(name, type, item);
  return out;
}

function encodeOne(name: string, type: FieldType, value: unknown): string {
  switch (type.kind) {
    case "reference":
      return encodeReference(name, value as ManagedObjectReference);
    case "enum":
      return `<${name}>${value as string}</${name}>`;
    case "data":
      return encodeData(name, type.name, value as Readonly<Record<string, unknown>>);
    case "scalar":
      return type.name === "anyType" ? encodeAny(name, value) : `<${name}>${scalarText(value)}</${name}>`;
  }
}

function encodeReference(name: string, { type, value }: ManagedObjectReference, attributes = ""): string {
  return `<${name}${attributes} type="${type}">${escapeXml(value)}</${name}>`;
}

function encodeData(name: string, declared: string, value: Readonly<Record<string, unknown>>, always = false): string {
  const actual = typeof value["$type"] === "string" ? value["$type"] : declared;
  const type = knownType(actual);
  const attribute = always || actual !== declared ? ` xsi:type="${actual}"` : "";
  return `<${name}${attribute}>${encodeMembers(type, value)}</${name}>`;
}

/** The members of a data object, in wire order. */
export function encodeMembers(type: DataType, value: Readonly<Record<string, unknown>>): string {
  let out = "";
  for (const field of type.fields) out += encodeField(field.name, field.type, value[field.name]);
  return out;
}

/** A data type that has to be there: its name comes from our own code. */
export function knownType(name: string): DataType {
  const type = dataType(name);
  if (type === undefined) throw new Error(`no data type "${name}" in the type tables`);
  return type;
}

function scalarText(value: unknown): string {
  if (typeof value === "string") return escapeXml(value);
  if (value instanceof Date) return dateText(value);
  if (Buffer.isBuffer(value)) return value.toString("base64");
  return String(value);
}

/** ISO 8601 in UTC: whole seconds plain, else microseconds, as real servers write. */
function dateText(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : `${text.slice(0, -1)}000Z`;
}

/** An anyType element with its xsi:type (docs/reference/protocol.md#types-on-the-wire). */
function encodeAny(name: string, value: unknown): string {
  if (value instanceof Typed) return encodeTyped(name, value);
  if (typeof value === "string") return `<${name} xsi:type="xsd:string">${escapeXml(value)}</${name}>`;
  if (typeof value === "boolean") return `<${name} xsi:type="xsd:boolean">${value}</${name}>`;
  if (typeof value === "number") return `<${name} xsi:type="xsd:int">${value}</${name}>`;
  if (value instanceof Date) return `<${name} xsi:type="xsd:dateTime">${dateText(value)}</${name}>`;
  return encodeData(name, "anyType", value as Readonly<Record<string, unknown>>, true);
}

function encodeTyped(name: string, { type, value }: Typed): string {
  if (type.array) return encodeArray(name, type, value as Iterable<unknown>);
  switch (type.kind) {
    case "reference":
      return encodeReference(name, value as ManagedObjectReference, ' xsi:type="ManagedObjectReference"');
    case "enum":
      return `<${name} xsi:type="${type.name}">${value as string}</${name}>`;
    case "data":
      return encodeData(name, type.name, value as Readonly<Record<string, unknown>>, true);
    case "scalar":
      if (type.name === "anyType") return encodeAny(name, value);
      return `<${name} xsi:type="xsd:${wireName(type.name)}">${scalarText(value)}</${name}>`;
  }
}

function encodeArray(name: string, type: FieldType, values: Iterable<unknown>): string {
  const item = type.kind === "reference" ? "ManagedObjectReference" : wireName(type.name);
  let out = `<${name} xsi:type="ArrayOf${item.charAt(0).toUpperCase()}${item.slice(1)}">`;
  for (const value of values) out += encodeOne(item, type, value);
  return `${out}</${name}>`;
}

const wireName = (scalar: string): string => (scalar === "qword" ? "long" : scalar);
