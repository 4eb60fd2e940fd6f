import { SaxesParser, type SaxesTagNS } from "saxes";
import { GuestError } from "../errors/guest-error";
import type { SoapElement } from "./soap-element";

const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const MAX_DEPTH = 200;

interface OpenElement {
  readonly name: string;
  readonly xsiType?: string;
  readonly attributes: Record<string, string>;
  readonly children: Record<string, SoapElement[]>;
  text: string;
}

/**
 * Parses an XML document into its root element. Strict; only the five predefined entities and character references
 * exist, a document type declaration is refused (answers come from outside: no entity tricks).
 */
export function parseXml(xml: string): SoapElement {
  const open: OpenElement[] = [];
  let root: SoapElement | undefined;
  const parser = new SaxesParser<{ xmlns: true }>({ xmlns: true });

  parser.on("error", (error) => refuse(error.message));
  parser.on("doctype", () => refuse("a document type declaration is not allowed"));
  parser.on("text", (text) => append(open, text));
  parser.on("cdata", (text) => append(open, text));
  parser.on("opentag", (tag) => {
    if (open.length >= MAX_DEPTH) refuse(`elements are nested deeper than ${MAX_DEPTH}`);
    open.push(opened(tag));
  });
  parser.on("closetag", () => {
    const element = closed(open.pop());
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else (parent.children[element.name] ??= []).push(element);
  });

  parser.write(xml).close();
  return root ?? refuse("there is no element");
}

function refuse(reason: string): never {
  throw new GuestError("PROTOCOL_ERROR", `not the XML that was expected: ${reason}`);
}

function append(open: readonly OpenElement[], text: string): void {
  const element = open.at(-1);
  if (element !== undefined) element.text += text;
}

function opened(tag: SaxesTagNS): OpenElement {
  const attributes: Record<string, string> = {};
  let xsiType: string | undefined;
  for (const attribute of Object.values(tag.attributes)) {
    if (attribute.uri === XSI && attribute.local === "type") xsiType = localName(attribute.value);
    else if (attribute.prefix !== "xmlns") attributes[attribute.local] = attribute.value;
  }
  // No prototype: names come from outside.
  const children = Object.create(null) as Record<string, SoapElement[]>;
  const element = { name: tag.local, attributes, children, text: "" };
  return xsiType === undefined ? element : { ...element, xsiType };
}

function closed(element: OpenElement | undefined): SoapElement {
  if (element === undefined) return refuse("an element ends that never began");
  // White space between children is layout.
  return Object.keys(element.children).length === 0 ? element : { ...element, text: "" };
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1).trim();
}
