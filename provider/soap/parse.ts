import { SaxesParser, type SaxesTagNS } from "saxes";
import { GuestError } from "../errors/guest-error";
import type { SoapElement } from "./soap-element";

const xsiNamespace = "http://www.w3.org/2001/XMLSchema-instance";
const xmlnsNamespace = "http://www.w3.org/2000/xmlns/";

/** An answer nests about ten levels; a data object nested in itself, a few more. */
const maxDepth = 64;
/** A listing of 50,000 files has 550,000. One takes about 200 bytes of memory. */
const maxElements = 1_000_000;
/** An envelope declares up to ten namespaces; a reference has one attribute, a value its type. */
const maxAttributesPerElement = 32;
/** An element has one attribute at most, as a rule. */
const maxAttributes = 1_000_000;
/** Names, prefixes: those of the API have 60. */
const maxNameLength = 1_000;
/** Of what the parser says: it repeats names. */
const maxReasonLength = 200;

/** Names that reach into prototypes where a program is careless; the API has none of them. */
const dangerousNames: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

const noAttributes: SoapElement["attributes"] = Object.freeze(emptyRecord<string>());
const noChildren: SoapElement["children"] = Object.freeze(emptyRecord<SoapElement[]>());

/** An element whose end has not come. */
interface OpenElement {
  readonly name: string;
  readonly xsiType: string | undefined;
  readonly attributes: SoapElement["attributes"];
  children: Record<string, SoapElement[]> | undefined;
  text: string;
}

/**
 * Reads an XML document piece by piece, as it comes. Strict: what is not well-formed is refused, and so is a document
 * type declaration (answers come from outside: no entity tricks) and whatever is larger than any answer of the API, all
 * before it takes more memory or time than its bytes. PROTOCOL_ERROR says why.
 */
export class XmlReader {
  // Version 1.1 would let control characters through.
  readonly #parser = new SaxesParser({ xmlns: true, defaultXMLVersion: "1.0", forceXMLVersion: true });
  readonly #open: OpenElement[] = [];
  #root: SoapElement | undefined;
  #elements = 0;
  #attributes = 0;
  #attributesOfElement = 0;

  constructor() {
    const parser = this.#parser;
    parser.on("error", (error) => refuse(error.message));
    parser.on("doctype", () => refuse("a document type declaration is not allowed"));
    parser.on("opentagstart", () => this.#count());
    parser.on("attribute", () => this.#countAttribute());
    parser.on("opentag", (tag) => this.#open.push(opened(tag)));
    parser.on("text", (text) => this.#append(text));
    parser.on("cdata", (text) => this.#append(text));
    parser.on("closetag", () => this.#close());
  }

  /** The next piece; the work is in proportion to its length. */
  write(piece: string): void {
    this.#parser.write(piece);
  }

  /** The root element, when all has been written. */
  end(): SoapElement {
    this.#parser.close();
    return this.#root ?? refuse("there is no element");
  }

  #count(): void {
    if (this.#open.length >= maxDepth) refuse(`elements are nested deeper than ${maxDepth} levels`);
    if (++this.#elements > maxElements) refuse(`it has more than ${maxElements} elements`);
    this.#attributesOfElement = 0;
  }

  #countAttribute(): void {
    if (++this.#attributesOfElement > maxAttributesPerElement)
      refuse(`an element has more than ${maxAttributesPerElement} attributes and namespaces`);
    if (++this.#attributes > maxAttributes) refuse(`it has more than ${maxAttributes} attributes`);
  }

  #append(text: string): void {
    const element = this.#open.at(-1);
    // White space between children is layout.
    if (element !== undefined && element.children === undefined) element.text += text;
  }

  #close(): void {
    const open = this.#open.pop();
    if (open === undefined) return;
    const element = closed(open);
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else ((parent.children ??= emptyRecord())[element.name] ??= []).push(element);
  }
}

/** Parses a whole document; as XmlReader does. */
export function parseXml(xml: string): SoapElement {
  const reader = new XmlReader();
  reader.write(xml);
  return reader.end();
}

function opened(tag: SaxesTagNS): OpenElement {
  let attributes: Record<string, string> | undefined;
  let xsiType: string | undefined;
  for (const { uri, prefix, local, value } of Object.values(tag.attributes)) {
    if (uri === xmlnsNamespace) continue;
    if (prefix !== "" && uri === xsiNamespace && local === "type") xsiType = localName(value).trim();
    else (attributes ??= emptyRecord())[checkedName(local)] = value;
  }
  const name = checkedName(tag.local);
  return { name, xsiType, attributes: attributes ?? noAttributes, children: undefined, text: "" };
}

function closed({ name, xsiType, attributes, children, text }: OpenElement): SoapElement {
  const element = { name, attributes, children: children ?? noChildren, text: children === undefined ? text : "" };
  return xsiType === undefined ? element : { ...element, xsiType };
}

function checkedName(name: string): string {
  if (name.length > maxNameLength) refuse(`a name is longer than ${maxNameLength} characters`);
  if (dangerousNames.has(name)) refuse(`the name ${name} is not allowed`);
  return name;
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1);
}

/** No prototype: names come from outside. */
function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function refuse(reason: string): never {
  const shown = reason.length > maxReasonLength ? `${reason.slice(0, maxReasonLength)}…` : reason;
  throw new GuestError("PROTOCOL_ERROR", `not the XML that was expected: ${shown}`);
}
