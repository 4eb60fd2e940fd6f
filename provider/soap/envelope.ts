import { GuestError } from "../errors/guest-error";
import { impossibleInXml } from "../values/impossible-in-xml";
import { ManagedObjectReference } from "./managed-object-reference";
import type { SoapCall } from "./soap-call";
import { TypedValue, type SoapFields, type SoapValue } from "./soap-value";

const envelopeHead =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"' +
  ' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">';

/** The SOAP envelope of a call (docs/reference/protocol.md#envelope). `operationId` shows up in the server's logs. */
export function serializeCall(call: SoapCall, operationId: string): string {
  const body = fields({ _this: call.target, ...call.parameters }, call.method);
  return (
    `${envelopeHead}<soapenv:Header><operationID xmlns="urn:vim25">${escape(operationId, "operationID")}</operationID>${call.securityHeader ?? ""}</soapenv:Header>` +
    `<soapenv:Body><${call.method} xmlns="urn:vim25">${body}</${call.method}></soapenv:Body></soapenv:Envelope>`
  );
}

function fields(object: SoapFields, path: string): string {
  let xml = "";
  for (const [name, value] of Object.entries(object)) xml += element(name, value, `${path}.${name}`);
  return xml;
}

function element(name: string, value: SoapValue, path: string): string {
  if (value === undefined) return "";
  if (isList(value)) return value.map((item) => element(name, item, path)).join("");
  if (value instanceof ManagedObjectReference) {
    return `<${name} type="${escape(value.type, path)}">${escape(value.value, path)}</${name}>`;
  }
  if (value instanceof TypedValue) {
    return `<${name} xsi:type="${escape(value.xsiType, path)}">${content(value.value, path)}</${name}>`;
  }
  return `<${name}>${content(value, path)}</${name}>`;
}

function content(value: SoapValue, path: string): string {
  if (typeof value === "string") return escape(value, path);
  if (typeof value === "number") return wholeNumber(value, path);
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return dateTime(value, path);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value === undefined || isList(value) || value instanceof ManagedObjectReference || value instanceof TypedValue) {
    throw new TypeError(`${path}: a value like this can't be the content of an element`);
  }
  return fields(value, path);
}

function isList(value: SoapValue): value is readonly SoapValue[] {
  return Array.isArray(value);
}

function wholeNumber(value: number, path: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new GuestError("INVALID_INPUT", `${path}: ${value} is not a whole number that vSphere can carry.`);
}

function dateTime(value: Date, path: string): string {
  if (!Number.isNaN(value.getTime())) return value.toISOString();
  throw new GuestError("INVALID_INPUT", `${path}: not a valid time.`);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // A bare CR would be read as LF (XML line-end normalisation).
  "\r": "&#xD;",
};

function escape(text: string, path: string): string {
  const impossible = impossibleInXml(text);
  if (impossible !== undefined) {
    throw new GuestError(
      "INVALID_INPUT",
      `${path} contains the character ${impossible}, which the vSphere API (XML 1.0) cannot carry. ` +
        "Remove it, or put the text into a file and transfer that.",
    );
  }
  return text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}
