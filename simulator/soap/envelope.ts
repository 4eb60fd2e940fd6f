import { decodeFields, decodeReference, invalidRequest } from "./decode";
import { encodeField, encodeMembers, escapeXml, knownType } from "./encode";
import { Fault } from "./fault";
import type { ManagedObjectReference } from "./schema/notation";
import { fieldType, methodNamed, type Method } from "./schema/tables";
import { parseXml, XmlError, type XmlElement } from "./xml-tree";

const soapNamespace = "http://schemas.xmlsoap.org/soap/envelope/";
const vimNamespace = "urn:vim25";

/**
 * `Fetch` reads one property of any object: no type table can declare what it answers
 * (docs/reference/protocol.md#properties).
 */
const fetchMethod: Method = {
  name: "Fetch",
  on: "ManagedObject",
  parameters: [{ name: "prop", type: fieldType("string") }],
  returns: fieldType("anyType?"),
  privilege: undefined,
  anonymous: true,
};

/** A decoded call. */
export interface SoapRequest {
  readonly method: Method;
  readonly target: ManagedObjectReference;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Header elements, for LoginByToken's WS-Security. */
  readonly headers: readonly XmlElement[];
}

/** Decodes and validates an envelope against the type tables. Throws Fault (InvalidRequest, MethodNotFound). */
export function decodeEnvelope(text: string): SoapRequest {
  const envelope = parse(text);
  if (envelope.name !== "Envelope" || envelope.namespace !== soapNamespace)
    throw invalidRequest(envelope, "not a SOAP 1.1 envelope");
  const parts = envelope.children.filter((child) => child.namespace === soapNamespace);
  const body = parts.find((child) => child.name === "Body");
  const call = body?.children[0];
  if (body === undefined || call === undefined || body.children.length !== 1)
    throw invalidRequest(body ?? envelope, "the Body has to hold exactly one call");
  const headers = parts.find((child) => child.name === "Header")?.children ?? [];
  return { ...decodeCall(call), headers };
}

function parse(text: string): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new Fault("InvalidRequest", {}, `Cannot parse the request: ${error.message}`);
  }
}

function decodeCall(call: XmlElement): Omit<SoapRequest, "headers"> {
  if (call.namespace !== vimNamespace) throw invalidRequest(call, `namespace "${call.namespace}" is not urn:vim25`);
  const [self, ...rest] = call.children;
  if (self?.name !== "_this") throw invalidRequest(self ?? call, "the first element has to be <_this>");
  const target = decodeReference(self);
  const method = call.name === "Fetch" ? fetchMethod : methodNamed(call.name);
  if (method === undefined) throw new Fault("MethodNotFound", { receiver: target, method: call.name });
  return { method, target, parameters: decodeFields(call, method.parameters, rest) };
}

const opening =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  `<soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:soapenv="${soapNamespace}" ` +
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n<soapenv:Body>\n';
const closing = "\n</soapenv:Body>\n</soapenv:Envelope>";

/** The answer to a call that succeeded. */
export function encodeResponse(method: Method, result: unknown): string {
  const content = method.returns === undefined ? "" : encodeField("returnval", method.returns, result);
  return `${opening}<${method.name}Response xmlns="${vimNamespace}">${content}</${method.name}Response>${closing}`;
}

/**
 * The answer to a call that failed: detail element `<TypeFault>` with xsi:type
 * (docs/reference/protocol.md#faults-on-the-wire).
 */
export function encodeFault(fault: Fault): string {
  const detail = encodeMembers(knownType(fault.type), fault.fields);
  return (
    `${opening}<soapenv:Fault><faultcode>ServerFaultCode</faultcode>` +
    `<faultstring>${escapeXml(fault.message)}</faultstring>` +
    `<detail><${fault.type}Fault xmlns="${vimNamespace}" xsi:type="${fault.type}">${detail}</${fault.type}Fault></detail>` +
    `</soapenv:Fault>${closing}`
  );
}
