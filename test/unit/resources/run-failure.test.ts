import type { Guest } from "../../../provider/guest/guest";
import type { Operation } from "../../../provider/operation/operation";
import { requireSuccess } from "../../../provider/resources/guest-program-run/execute";

const op: Operation = {
  signal: new AbortController().signal,
  deadlineMs: 0,
  log: { debug: () => {}, info: () => {}, warn: () => {} },
  secretInputs: new Set(),
};
const others = { heldBy: async () => undefined, former: undefined, isTakenOver: false, records: [] };
const run = { input: "script", command: "…" } as const;

function failureOf(family: Guest["family"], exitCode: number, stderr: string): string {
  const guest = { family, vm: { name: "web" } } as Guest;
  const now = new Date(0);
  const result = { exitCode, stdout: { text: "" }, stderr: { text: stderr }, startedAt: now, endedAt: now };
  try {
    requireSuccess({ guest, want: { vm: "web" }, have: undefined, others, op }, run, result);
    return "";
  } catch (error) {
    return String(error);
  }
}

test.each([
  [5, ""],
  [740, ""],
  [1, "Access is denied.\r\n"],
])("a Windows program that ends with %i and says %j may lack elevation", (exitCode, stderr) => {
  expect(failureOf("windows", exitCode, stderr)).toMatch(/may not be elevated.*built-in Administrator.*GuestEnvCheck/s);
});

test("other failures, and those of other systems, are not put down to elevation", () => {
  expect(failureOf("windows", 1, "no such file")).not.toContain("elevated");
  expect(failureOf("posix", 5, "Access is denied")).not.toContain("elevated");
});
