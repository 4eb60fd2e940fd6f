import { GuestError } from "../../errors/guest-error";
import type { Operation } from "../../operation/operation";
import type { GuestCalls } from "../calls/guest-calls";
import type { GuestPrograms } from "../guest";

const outputLimitBytes = 4_096;

/** Copies a file, attributes included, by the guest's own program, which goes by names. PROGRAM_FAILED with its reason. */
export async function copyByName(
  run: GuestPrograms["run"],
  { family }: Pick<GuestCalls, "family">,
  source: string,
  destination: string,
  op: Operation,
): Promise<void> {
  const command =
    family === "windows"
      ? { program: "C:\\Windows\\System32\\cmd.exe", arguments: ["/c", "copy", "/y", source, destination] }
      : { program: "/bin/cp", arguments: ["-p", "--", source, destination] };
  const secret = { script: false, environment: false, stdin: false };
  const result = await run({ command, environmentMode: "merge", outputLimitBytes, secret }, op);
  if (result.exitCode === 0) return;
  const said = result.stderr.bytes.toString("utf8").trim();
  throw new GuestError("PROGRAM_FAILED", said || `exit code ${result.exitCode}`);
}
