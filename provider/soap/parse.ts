import { XMLParser, XMLValidator } from "fast-xml-parser";
import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import type { SoapElement } from "./soap-element";
import { decodeReferences } from "./xml-references";

const xsiNamespace = "http://www.w3.org/2001/XMLSchema-instance";
const maxDepth = 200;

// eslint-disable-next-line no-control-regex -- these are the characters to refuse
const impossibleCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
/** A document type or entity declaration; comments and CDATA sections are all that may begin like it. */
const xmlDeclaration = /<!(?!--|\[CDATA\[)/;

const textKey = "#text";
const attributesKey = ":@";

const parser = new XMLParser({
  preserveOrder: true,
  textNodeName: textKey,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  ignoreDeclaration: true,
  ignorePiTags: true,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  maxNestedTags: maxDepth,
  // Else the path of every element is made into a string.
  jPath: false,
  onDangerousProperty: (name) => name,
  // The parser's own decoder leaves what it does not know as it is.
  entityDecoder: {
    decode: decodeReferences,
    setExternalEntities: () => {},
    addInputEntities: () => {},
    reset: () => {},
    setXmlVersion: () => {},
  },
});

/** A node of the parser: one property, its name or `#text`, and `:@` with the attributes as they are written. */
type Node = Readonly<Record<string, unknown>>;
const nodes: z.ZodType<readonly Node[]> = z.array(z.custom<Node>((value) => typeof value === "object"));
const attributesOf = z.custom<Readonly<Record<string, string>>>((value) => typeof value === "object").optional();

/** Namespaces in force, by prefix; "" for the default one. */
type Scope = ReadonlyMap<string, string>;
const outermost: Scope = new Map([["xml", "http://www.w3.org/XML/1998/namespace"]]);

/**
 * Parses an XML document into its root element. Strict: what is not well-formed or nested too deep is refused, and so
 * is a document type declaration (answers come from outside: no entity tricks). PROTOCOL_ERROR says why.
 */
export function parseXml(xml: string): SoapElement {
  if (impossibleCharacters.test(xml)) refuse("it contains a control character");
  if (xmlDeclaration.test(xml)) refuse("a document type declaration is not allowed");
  const roots = nodesOf(parsed(xml)).filter((node) => nameOf(node) !== textKey);
  const [root] = roots;
  if (root === undefined || roots.length !== 1) return refuse("there is not exactly one root element");
  return elementOf(root, outermost);
}

function parsed(xml: string): unknown {
  let document: unknown;
  try {
    document = parser.parse(xml);
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
  // The parser takes what it can get. The validator comes second: it knows no limit of depth.
  if (!xml.trimEnd().endsWith(">")) refuse("there is text behind its end");
  const validity = XMLValidator.validate(xml);
  if (validity !== true) refuse(`${validity.err.msg} (line ${validity.err.line})`);
  return document;
}

function elementOf(node: Node, outer: Scope): SoapElement {
  const qualifiedName = nameOf(node);
  const written = Object.entries(attributesOf.parse(node[attributesKey]) ?? {});
  const scope = scopeOf(written, outer);
  namespaceOf(qualifiedName, scope);

  const attributes: Record<string, string> = {};
  let xsiType: string | undefined;
  for (const [name, value] of written) {
    if (name === "xmlns" || name.startsWith("xmlns:")) continue;
    const isXsiType = localName(name) === "type" && name.includes(":") && namespaceOf(name, scope) === xsiNamespace;
    if (isXsiType) xsiType = localName(value).trim();
    else attributes[localName(name)] = value;
  }
  const element = { name: localName(qualifiedName), attributes, ...contentOf(nodesOf(node[qualifiedName]), scope) };
  return xsiType === undefined ? element : { ...element, xsiType };
}

function contentOf(content: readonly Node[], scope: Scope): Pick<SoapElement, "children" | "text"> {
  // No prototype: names come from outside.
  const children = Object.create(null) as Record<string, SoapElement[]>;
  let text = "";
  let isLeaf = true;
  for (const node of content) {
    if (nameOf(node) === textKey) {
      text += String(node[textKey]);
      continue;
    }
    isLeaf = false;
    const child = elementOf(node, scope);
    (children[child.name] ??= []).push(child);
  }
  // White space between children is layout.
  return { children, text: isLeaf ? text : "" };
}

function scopeOf(written: readonly (readonly [string, string])[], outer: Scope): Scope {
  const declared = written.flatMap(([name, value]): [string, string][] =>
    name === "xmlns" ? [["", value]] : name.startsWith("xmlns:") ? [[name.slice("xmlns:".length), value]] : [],
  );
  return declared.length === 0 ? outer : new Map([...outer, ...declared]);
}

function namespaceOf(qualifiedName: string, scope: Scope): string {
  const colon = qualifiedName.indexOf(":");
  const prefix = colon < 0 ? "" : qualifiedName.slice(0, colon);
  return scope.get(prefix) ?? (prefix === "" ? "" : refuse(`the prefix ${prefix} is not declared`));
}

function nodesOf(value: unknown): readonly Node[] {
  const read = nodes.safeParse(value);
  return read.success ? read.data : refuse("there is no element");
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== attributesKey) ?? refuse("an element has no name");
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1);
}

function refuse(reason: string): never {
  throw new GuestError("PROTOCOL_ERROR", `not the XML that was expected: ${reason}`);
}
