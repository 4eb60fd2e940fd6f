import fc from "fast-check";
import { printable, printableName } from "../../../provider/values/printable";

const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What a terminal or a log obeys, in what would be printed. */
function obeyedIn(text: string): string[] {
  const lines = text.split("\n");
  return [
    ...(text.match(obeyed) ?? []).filter((one) => one !== "\n" && one !== "\t"),
    ...lines.filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line)),
    ...lines.slice(1).filter((line) => /^\S/.test(line)),
    ...lines.filter((line) => line.includes("<{%")),
  ];
}

test("nothing that is printed is obeyed, whatever the text; a second time changes nothing", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "\n",
      "\r\n",
      "\r",
      "\t",
      " ",
      "::error::",
      "##vso[task.complete]",
      "##[error]",
      "#",
      "::",
      "\u00a0",
      "\u3000",
      "<{%",
      "<{",
      "%}>",
      "\x1b[2J",
      "\x07",
      "\u202e",
      "\x9b",
      "\u2028",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      (text) => {
        const printed = printable(text);
        expect(obeyedIn(printed)).toEqual([]);
        expect(printable(printed)).toBe(printed);
        expect(printableName(text)).not.toContain("\n");
        expect(obeyedIn(printableName(text))).toEqual([]);
      },
    ),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 2_000) },
  );
});

test("usual text stays as it is", () => {
  for (const text of ["vm-1 /etc/app.conf: is there", "ünï 日本 🙂", "a\n    - b\n\tc", "C:\\app # 1", "a::b ## c"])
    expect(printable(text)).toBe(text);
  expect(printableName("a b/ü.conf")).toBe("a b/ü.conf");
  expect(printableName("a\nb\x1b")).toBe('"a\\nb\\u001b"');
  expect(printable("said:\nESC \x1b[31m\n::error::x\n  ::warning::y")).toBe(
    "said:\n  ESC \\x1b[31m\n  | ::error::x\n  | ::warning::y",
  );
  expect(printable("said:\n\u00a0::error::x")).toBe("said:\n  \u00a0| ::error::x");
  expect(printable("a <{%reset%}> b <{%")).toBe("a <{\\x25reset%}> b <{\\x25");
});
