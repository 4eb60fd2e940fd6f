import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { quoteAllForShell } from "../../../../provider/guest/paths/quoting-posix";

const arrays = 5_000;
const arraysPerShell = 100;
const end = "\u0001end";

/** Any text that XML can carry, with the characters that shells treat in a special way made frequent. */
const word = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~^=%- \t\n\r", "'\\''", "$(id)", "${x}", "\\n"),
      },
      { weight: 2, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 8 }) },
      { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
    ),
    { maxLength: 10 },
  )
  .map((pieces) => pieces.join("").replace(/\0|\p{Surrogate}/gu, ""));

/** What /usr/bin/printf, a program of its own, received for each of the arrays: one process gets them all. */
function receivedThrough(shell: string, argumentArrays: readonly string[][]): string[][] {
  const quoted = argumentArrays.map((words) => quoteAllForShell([...words, end]));
  const script = `/usr/bin/printf '%s\\0' ${quoted.join(" ")}`;
  const { stdout, status, stderr } = spawnSync(shell, ["-c", script], { maxBuffer: 1 << 28 });
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
  const received: string[][] = [[]];
  for (const text of stdout.toString("utf8").split("\0").slice(0, -1)) {
    if (text === end) received.push([]);
    else received.at(-1)?.push(text);
  }
  return received.slice(0, -1);
}

test.each(["/bin/sh", "/bin/bash"])("argument arrays arrive unchanged in a real process through %s", (shell) => {
  fc.assert(
    fc.property(
      fc.array(fc.array(word, { maxLength: 6 }), { minLength: arraysPerShell, maxLength: arraysPerShell }),
      (argumentArrays) => expect(receivedThrough(shell, argumentArrays)).toEqual(argumentArrays),
    ),
    { numRuns: arrays / arraysPerShell, endOnFailure: true },
  );
});

test("a NUL, which no argument can hold, is refused", () => {
  expect(() => quoteAllForShell(["a\0b"])).toThrow(/NUL/);
});
