import { SaxesParser } from "saxes";

/** True for one whole SAML 2.0 assertion and nothing beside it: it travels within other XML. */
export function isAssertion(text: string): boolean {
  let root: { readonly local: string; readonly uri: string } | undefined;
  let isBroken = false;
  const parser = new SaxesParser({ xmlns: true });
  parser.on("opentag", ({ local, uri }) => (root ??= { local, uri }));
  parser.on("doctype", () => (isBroken = true));
  parser.on("error", () => (isBroken = true));
  parser.write(text).close();
  return !isBroken && root?.local === "Assertion" && root.uri === "urn:oasis:names:tc:SAML:2.0:assertion";
}
