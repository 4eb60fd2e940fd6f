/** One element of an answer, free of XML: all leaves are text, namespaces and prefixes are gone. */
export interface SoapElement {
  readonly name: string;
  /** Local name of `xsi:type`. */
  readonly xsiType?: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Character data, white space kept; "" for elements with children. */
  readonly text: string;
  /** Children by name, each list in document order. */
  readonly children: Readonly<Record<string, readonly SoapElement[]>>;
}
