import { check } from "../../../provider/lifecycle/check";
import { unknownValue, type PropertyMap } from "../../../provider/properties/property-value";
import { guestFile, guestProgramRun } from "../../../provider/resources";
import { NoteBoard } from "./note-kind";

const { kind } = new NoteBoard();

function failuresOf(inputs: PropertyMap): string[] {
  return check(kind, { secretInputs: new Set(), inputs }).failures.map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
}

test("good inputs pass and stay as the program wrote them, without defaults of ours", () => {
  const inputs = { vm: "web", name: "a", labels: { A: "1" } };
  expect(check(kind, { secretInputs: new Set(), inputs })).toEqual({ inputs, failures: [] });
});

test("every failure is told at once, with paths as Pulumi writes them", () => {
  const inputs = {
    vm: "",
    name: "A",
    labels: { OK: "1", "a.b": 2 },
    lines: [{ text: "x" }, { text: 3, sice: 4 }],
    mode: "boldd",
    txet: "a",
  };
  expect(failuresOf(inputs).sort()).toEqual(
    [
      "vm: must not be empty",
      "name: must be lower case",
      'labels["a.b"]: must be a string',
      "lines[1].text: must be a string",
      "lines[1].sice: unknown property; did you mean size?",
      'mode: must be one of "plain", "bold"',
      "txet: unknown property; did you mean text?",
    ].sort(),
  );
});

test("a missing property is said to be required", () => {
  expect(failuresOf({ name: "a" })).toEqual(["vm: is required"]);
});

test("rules over several properties are told together with failures of single ones", () => {
  expect(failuresOf({ vm: "web", name: "A", text: "x", lines: [] })).toEqual([
    "name: must be lower case",
    "text: text and lines exclude each other",
  ]);
});

test("unknown values pass, and the rest is still validated", () => {
  const inputs = {
    vm: unknownValue,
    name: unknownValue,
    labels: { A: unknownValue, B: 1 },
    lines: [unknownValue, { text: unknownValue }],
  };
  expect(failuresOf(inputs)).toEqual(["labels.B: must be a string"]);
  expect(failuresOf({ vm: "web", name: "a", text: unknownValue, lines: [] })).toEqual([
    "text: text and lines exclude each other",
  ]);
});

test("names that belong to Pulumi are nobody's business", () => {
  expect(failuresOf({ vm: "web", name: "a", __provider: "x", __defaults: [] })).toEqual([]);
});

test("a selector object with a wrong name gets the near one", () => {
  expect(failuresOf({ vm: { moidd: "vm-1" }, name: "a" })).toEqual(["vm.moidd: unknown property; did you mean moid?"]);
});

test.each([
  [{ path: "etc/app.conf" }, "path"],
  [{ path: "/etc/app.conf", mode: "0888" }, "mode"],
  [{ path: "/etc/app.conf", content: "a", source: "b" }, "content"],
  [{ path: "/etc/app.conf", timeoutSeconds: -1 }, "timeoutSeconds"],
  [{ path: "/etc/app.conf", contents: "a" }, "contents"],
  [{ path: "/etc/app.conf", vm: "" }, "vm"],
])("GuestFile refuses %j at %s", (inputs: PropertyMap, property) => {
  const { failures } = check(guestFile, { secretInputs: new Set(), inputs: { vm: "web", ...inputs } });
  expect(failures.map((one) => one.property)).toEqual([property]);
});

test("GuestProgramRun without anything to run is refused once", () => {
  const { failures } = check(guestProgramRun, { secretInputs: new Set(), inputs: { vm: "web" } });
  expect(failures).toEqual([
    { property: "program", reason: "exactly one of program, script and create must be given" },
  ]);
});

test("a value never shows in a failure", () => {
  const secret = "s3cret-value";
  const { failures } = check(guestFile, {
    secretInputs: new Set(),
    inputs: { vm: "web", path: secret, mode: secret, guest: { username: "a", password: 1, pw: secret } },
  });
  expect(failures.length).toBeGreaterThan(2);
  expect(JSON.stringify(failures)).not.toContain(secret);
});
