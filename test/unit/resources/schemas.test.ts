import { guestDirectory, guestEnvCheck, guestFile, guestProgramRun, resourceKinds } from "../../../provider/resources";
import { isOperational, namesWhere, propertiesOf } from "../../../provider/vocabulary/property-meta";

const vm = "/DC0/vm/web";

/** Paths of the properties that a declaration fails on. */
function failures(
  kind: { inputs: { safeParse(value: unknown): { error?: { issues: { path: PropertyKey[] }[] } | undefined } } },
  inputs: object,
) {
  return (kind.inputs.safeParse(inputs).error?.issues ?? []).map(({ path }) => path.join("."));
}

describe("GuestFile inputs", () => {
  test.each([
    [{ vm, path: "etc/app.conf" }, ["path"]],
    [{ vm, path: "/etc/../shadow" }, ["path"]],
    [{ vm, path: "/etc/app/" }, ["path"]],
    [{ vm, path: "/etc/a\nb" }, ["path"]],
    [{ vm: "", path: "/a" }, ["vm"]],
    [{ vm, path: "/a", mode: "abc" }, ["mode"]],
    [{ vm, path: "/a", mode: "999" }, ["mode"]],
    [{ vm, path: "/a", content: "x", source: "y" }, ["content"]],
    [{ vm, path: "/a", contentBase64: "%%%" }, ["contentBase64"]],
    [{ vm, path: "/a", timeoutSeconds: -1 }, ["timeoutSeconds"]],
    [{ vm, path: "/a", validateCommand: "nginx -t" }, ["validateCommand"]],
    [{ vm, path: "/a", content: "", onDelete: "restore" }, ["onDelete"]],
    [{ vm, path: "/a", guest: { username: "", password: "x" } }, ["guest.username"]],
  ])("%j fails on %j", (inputs, expected) => {
    expect(failures(guestFile, inputs)).toEqual(expected);
  });

  test.each([
    { vm, path: "/etc/motd", content: "" },
    { vm, path: "C:\\app\\app.conf", content: "x", hidden: true },
    { vm: { moid: "vm-42" }, path: "/a", mode: "4755", owner: 0, group: "app" },
  ])("%j is accepted", (inputs) => {
    expect(failures(guestFile, inputs)).toEqual([]);
  });
});

test.each(["/", "C:\\", "D:/", "/root", "/home", "/home/ada", "C:\\Users\\ada"])(
  "GuestDirectory refuses %s",
  (path) => {
    expect(failures(guestDirectory, { vm, path })).toEqual(["path"]);
  },
);

describe("GuestProgramRun inputs", () => {
  test.each([
    [{ vm }, ["program"]],
    [{ vm, program: "/bin/true", script: "true" }, ["script"]],
    [{ vm, program: "true" }, ["program"]],
    [{ vm, script: "true", arguments: ["x"] }, ["arguments"]],
    [{ vm, program: "/bin/true", interpreter: "bash" }, ["interpreter"]],
    [{ vm, create: "true", environment: { "A=B": "x" } }, ["environment.A=B"]],
  ])("%j fails on %j", (inputs, expected) => {
    expect(failures(guestProgramRun, inputs)).toEqual(expected);
  });
});

test("GuestEnvCheck refuses an expectation that cannot be asked", () => {
  const inputs = {
    vm,
    variables: { PATH: { matches: "(" } },
    paths: { relative: "present" },
    minimumToolsVersion: "new",
  };
  expect(failures(guestEnvCheck, inputs)).toEqual(["variables.PATH.matches", "minimumToolsVersion", "paths.relative"]);
});

test.each([
  [guestFile, ["guest", "timeoutSeconds", "transfer"]],
  [guestDirectory, ["guest", "timeoutSeconds", "transfer"]],
  [guestProgramRun, ["guest", "timeoutSeconds", "runAsPassword", "transfer"]],
  [guestEnvCheck, ["guest", "timeoutSeconds"]],
])("$token: a change of how to reach the guest, or for how long, is no difference", ({ inputs }, names) => {
  expect(namesWhere(inputs, isOperational)).toEqual(names);
});

test("a name that every object has is no property", () => {
  for (const { inputs } of resourceKinds) {
    expect(propertiesOf(inputs)["constructor"]).toBeUndefined();
    expect("toString" in propertiesOf(inputs)).toBe(false);
  }
});
