import fc from "fast-check";
import { GuestError } from "../../../provider/errors/guest-error";
import { parseXml } from "../../../provider/soap/parse";

test("prefixes vanish, xsi:type keeps its local name, other attributes and white space stay", () => {
  const xml =
    '<?xml version="1.0"?>\n<s:a xmlns:s="urn:x" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"' +
    ' i:type="v:T" type="VirtualMachine" xmlns:v="urn:vim25">\n <b> x &lt;&#xD;\ty </b>\n <b/><b> </b><![CDATA[&]]></s:a>';
  const root = parseXml(xml);
  expect(root).toMatchObject({ name: "a", xsiType: "T", attributes: { type: "VirtualMachine" }, text: "" });
  expect(root.children["b"]!.map((b) => b.text)).toEqual([" x <\r\ty ", "", " "]);
});

test.each([
  ["an entity of its own", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
  ["a document type", "<!DOCTYPE a><a/>"],
  ["an external entity", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
  ["an unknown entity", "<a>&nbsp;</a>"],
  ["a cut document", "<a><b>x</b>"],
  ["wrong nesting", "<a><b></a></b>"],
  ["two roots", "<a/><b/>"],
  ["no element", "plain text"],
  ["nothing", ""],
  ["an unbound prefix", "<x:a/>"],
  ["an unbound prefix of xsi:type", '<a><b xsi:type="T"/></a>'],
  ["deep nesting", "<a>".repeat(1_000) + "</a>".repeat(1_000)],
  ["a control character", "<a>\u0001</a>"],
  ["a reference to a control character", "<a>&#1;</a>"],
  ["a reference to half a character", "<a>&#xd800;</a>"],
  ["an open reference", "<a>&amp</a>"],
  ["an unknown entity in an attribute", '<a b="&nbsp;"/>'],
  ["an attribute twice", '<a b="1" b="2"/>'],
  ["an attribute without quotes", "<a b=1/>"],
  ["an open comment", "<a/><!-- "],
  ["text behind its end", "<a/>x"],
  ["a name that reaches into prototypes", "<a><__proto__/></a>"],
])("a document with %s is refused", (_, xml) => {
  expect(() => parseXml(xml)).toThrow(expect.objectContaining({ code: "PROTOCOL_ERROR" }) as Error);
});

test("names that objects have anyway are only names", () => {
  const root = parseXml("<a><valueOf>1</valueOf><hasOwnProperty>2</hasOwnProperty><toString/></a>");
  expect(Object.keys(root.children)).toEqual(["valueOf", "hasOwnProperty", "toString"]);
  expect("toString" in parseXml("<a/>").children).toBe(false);
});

test("a document that is cut anywhere is refused", () => {
  const xml =
    '<?xml version="1.0"?><s:a xmlns:s="urn:x" b="1 > 0"><!-- c --><b>x &lt; y</b><c/><![CDATA[<b>]]><d> </d></s:a>';
  expect(parseXml(xml).name).toBe("a");
  for (let end = 0; end < xml.length; end += 1) expect(() => parseXml(xml.slice(0, end))).toThrow(GuestError);
});

test("garbage is parsed or refused, never anything else", () => {
  const garbage = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("<", "a", ">", "/", "&", ";", "]]>", '"', "!--", "=", " ", "xmlns:", "__proto__"))
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(garbage, (xml) => {
      try {
        const { children, attributes } = parseXml(xml);
        expect([Object.getPrototypeOf(children), Object.getPrototypeOf(attributes)]).toEqual([null, null]);
      } catch (error) {
        expect(error).toBeInstanceOf(GuestError);
        expect((error as Error).message.length).toBeLessThan(300);
      }
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 500) },
  );
});
