import { createHash, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { ProgramSpec } from "../../guest/guest";
import type { NamedCommand } from "./command-schema";
import type { GuestProgramRunTask } from "./schema";

const keyBytes = 32;
const deriveKey = promisify<string, string, number, Buffer>(scrypt);

/**
 * What makes a run the same as one of an interrupted deploy: the machine, the command with all it is given, and the
 * triggers. Others in the guest can see the key: where an input is secret it is derived slowly, so that trying out
 * guesses does not pay.
 */
export async function runKeyOf(
  { guest, want, op }: GuestProgramRunTask,
  { input, command }: NamedCommand,
  environment: ProgramSpec["environment"],
): Promise<string> {
  const { instanceUuid } = guest.vm;
  const { workingDirectory, environmentMode, stdin, triggers } = want;
  const user = typeof want.runAs === "object" ? want.runAs.user : want.runAs;
  const given = { input, command, environment, workingDirectory, environmentMode, stdin, user, triggers };
  const text = JSON.stringify(sorted(given));
  const key =
    op.secretInputs.size > 0
      ? await deriveKey(text, instanceUuid, keyBytes)
      : createHash("sha256").update(instanceUuid).update(text).digest();
  return key.toString("hex");
}

/** The order in which a program writes properties means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]): [string, unknown] => [name, sorted(each)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
