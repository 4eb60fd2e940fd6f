import { SaxesParser, type SaxesAttributeNS } from "saxes";

/** One parsed element. Names are local names; `namespace` is the bound URI ("" for none). */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, SaxesAttributeNS>>;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
  readonly column: number;
}

/** The text is not a document that the server takes: not well-formed, too deep, too many elements, or with a DTD. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

const maximumDepth = 64;
const maximumElements = 200_000;

/** Parses a document strictly, without DTD and entities beyond the five of XML. Throws XmlError. */
export function parseXml(text: string): XmlElement {
  try {
    return build(text);
  } catch (error) {
    if (error instanceof XmlError) throw error;
    throw new XmlError(error instanceof Error ? error.message : String(error));
  }
}

function build(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on("doctype", () => {
    throw new XmlError("a document type declaration is not allowed");
  });
  parser.on("opentag", (tag) => {
    if (open.length >= maximumDepth) throw new XmlError(`elements are nested deeper than ${maximumDepth}`);
    if (++elements > maximumElements) throw new XmlError(`more than ${maximumElements} elements`);
    const element: XmlElement = {
      name: tag.local,
      namespace: tag.uri,
      attributes: tag.attributes,
      children: [],
      text: "",
      line: parser.line,
      column: parser.column,
    };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
  });
  const append = (part: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  if (root === undefined) throw new XmlError("the document is empty");
  return root;
}

/** Value of an attribute by local name, in any namespace or only in `namespace`. */
export function attribute(element: XmlElement, local: string, namespace?: string): string | undefined {
  for (const key in element.attributes) {
    const found = element.attributes[key];
    if (found?.local === local && (namespace === undefined || found.uri === namespace)) return found.value;
  }
  return undefined;
}
