import { attribute, type XmlElement } from "./xml-tree";
import { Fault } from "./fault";
import { dataType, enumValues, fieldType, isManaged, type DataType, type Field } from "./schema/tables";
import type { DataObject, FieldType, ManagedObjectReference } from "./schema/notation";

const xsi = "http://www.w3.org/2001/XMLSchema-instance";
const integerRanges: Readonly<Record<string, readonly [min: bigint, max: bigint]>> = {
  byte: [-128n, 127n],
  short: [-32768n, 32767n],
  int: [-2147483648n, 2147483647n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
  qword: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * The fault of a request that breaks the type table, with the place and what was wrong
 * (docs/reference/protocol.md#envelope).
 */
export function invalidRequest(element: XmlElement, problem: string): Fault {
  const where = `line ${element.line}, column ${element.column}, element <${element.name}>`;
  return new Fault("InvalidRequest", {}, `Cannot deserialize the request: ${problem} (at ${where})`);
}

/** Decodes the children of an element against a field list: order, presence, multiplicity and types are binding. */
export function decodeFields(
  parent: XmlElement,
  fields: readonly Field[],
  children: readonly XmlElement[] = parent.children,
): Record<string, unknown> {
  if (parent.text.trim() !== "") throw invalidRequest(parent, "text where only elements are allowed");
  const values: Record<string, unknown> = {};
  let next = 0;
  for (const { name, type } of fields) {
    const found: XmlElement[] = [];
    while (children[next]?.name === name) {
      const child = children[next] as XmlElement;
      if (child.namespace !== parent.namespace) throw invalidRequest(child, `namespace "${child.namespace}"`);
      found.push(child);
      next++;
    }
    if (found.length === 0 && type.required) throw missing(parent, name, children[next]);
    if (found.length > 1 && !type.array) throw invalidRequest(found[1] ?? parent, `<${name}> may stand only once`);
    if (found.length > 0) values[name] = type.array ? found.map((f) => decodeValue(f, type)) : decodeOnly(found, type);
  }
  const left = children[next];
  if (left !== undefined) throw unexpected(left, fields);
  return values;
}

function decodeOnly(found: readonly XmlElement[], type: FieldType): unknown {
  return found[0] === undefined ? undefined : decodeValue(found[0], type);
}

function missing(parent: XmlElement, name: string, next: XmlElement | undefined): Fault {
  const instead = next === undefined ? "" : `, found <${next.name}>`;
  return invalidRequest(next ?? parent, `required element <${name}> of <${parent.name}> is missing here${instead}`);
}

function unexpected(element: XmlElement, fields: readonly Field[]): Fault {
  const known = fields.some((field) => field.name === element.name);
  const order = fields.map((field) => field.name).join(", ");
  const problem = known ? "element out of order" : "unknown element";
  return invalidRequest(element, `${problem}; expected in this order: ${order === "" ? "nothing" : order}`);
}

/** Decodes one element of a declared type. */
export function decodeValue(element: XmlElement, type: FieldType): unknown {
  switch (type.kind) {
    case "scalar":
      return type.name === "anyType" ? decodeAny(element) : decodeScalar(element, type.name);
    case "enum":
      return decodeEnum(element, type.name);
    case "reference":
      return decodeReference(element, type.name);
    case "data":
      return decodeData(element, type.name);
  }
}

/** Local name of the element's xsi:type, undefined when it has none. */
function sentType(element: XmlElement): string | undefined {
  const text = attribute(element, "type", xsi)?.trim();
  return text?.slice(text.indexOf(":") + 1);
}

function decodeData(element: XmlElement, declared: string): DataObject {
  const sent = sentType(element) ?? declared;
  const type: DataType | undefined = dataType(sent);
  if (type === undefined || !type.lineage.has(declared))
    throw invalidRequest(element, `xsi:type "${sent}" is not a ${declared}`);
  if (type.abstract) throw invalidRequest(element, `xsi:type is missing: ${declared} is abstract`);
  return { $type: type.name, ...decodeFields(element, type.fields) };
}

/** A reference: text is the id, attribute `type` the managed type; further attributes are ignored. */
export function decodeReference(element: XmlElement, declared = "ManagedObject"): ManagedObjectReference {
  const type = attribute(element, "type", "");
  if (type === undefined) throw invalidRequest(element, `attribute "type" of the reference is missing`);
  if (!isManaged(type, declared)) throw invalidRequest(element, `"${type}" is not a ${declared}`);
  return { type, value: leafText(element).trim() };
}

function decodeEnum(element: XmlElement, name: string): string {
  const text = leafText(element).trim();
  if (enumValues(name)?.includes(text) !== true) throw invalidRequest(element, `"${text}" is not a ${name}`);
  return text;
}

function decodeAny(element: XmlElement): unknown {
  const name = sentType(element);
  if (name === undefined) throw invalidRequest(element, "xsi:type is missing: the element is an anyType");
  if (name === "ManagedObjectReference") return decodeReference(element);
  if (name in integerRanges || ["string", "boolean", "double", "float", "dateTime", "base64Binary"].includes(name))
    return decodeScalar(element, name);
  if (dataType(name) === undefined && enumValues(name) === undefined)
    throw invalidRequest(element, `xsi:type "${name}" is not known`);
  return decodeValue(element, fieldType(name));
}

function leafText(element: XmlElement): string {
  const child = element.children[0];
  if (child !== undefined) throw invalidRequest(child, `<${element.name}> holds text, not elements`);
  return element.text;
}

function decodeScalar(element: XmlElement, name: string): unknown {
  const text = leafText(element);
  if (name === "string") return text;
  const trimmed = text.trim();
  const value = parseScalar(trimmed, name);
  if (value === undefined) throw invalidRequest(element, `"${trimmed.slice(0, 80)}" is not of type ${name}`);
  return value;
}

function parseScalar(text: string, name: string): unknown {
  switch (name) {
    case "boolean":
      return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined;
    case "dateTime":
      return parseDate(text);
    case "base64Binary":
      return parseBase64(text);
    case "float":
    case "double":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
    default:
      return parseInteger(text, name);
  }
}

function parseInteger(text: string, name: string): number | bigint | undefined {
  const range = integerRanges[name];
  if (range === undefined || !/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ""));
  if (value < range[0] || value > range[1]) return undefined;
  return name === "qword" ? value : Number(value);
}

function parseDate(text: string): Date | undefined {
  if (!/^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  const zoned = /(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`;
  const date = new Date(zoned.replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function parseBase64(text: string): Buffer | undefined {
  const packed = text.replace(/\s+/g, "");
  return /^[A-Za-z0-9+/]*={0,2}$/.test(packed) && packed.length % 4 === 0 ? Buffer.from(packed, "base64") : undefined;
}
