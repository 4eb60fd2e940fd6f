import { CommanderError } from "commander";
import { GuestError } from "../../provider/errors/guest-error";
import { isOfSystem } from "../../provider/errors/on-this-machine";
import { printable } from "../../provider/values/printable";

/** Exit codes of the command; a program in a guest has its own. */
export const exitCodes = { failure: 1, usage: 2, interrupted: 130 } as const;

/** How a failure ends the command. */
export function exitCodeOf(error: unknown, isInterrupted: boolean): number {
  if (isInterrupted) return exitCodes.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  if (error instanceof GuestError && usageCodes.has(error.code)) return exitCodes.usage;
  return exitCodes.failure;
}

/** The command named what is not there, or not what it has to be, before anything was done. */
const usageCodes: ReadonlySet<string> = new Set(["INVALID_INPUT", "VM_NOT_FOUND", "VM_AMBIGUOUS"]);

/** A failure for people: a bug of ours keeps its stack. */
export function failureText(error: unknown): string {
  if (error instanceof GuestError || isOfSystem(error)) return printable(error.message);
  return printable(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** A failure for programs. */
export function failureJson(error: unknown): { readonly code: string; readonly message: string } {
  const code = error instanceof GuestError ? error.code : "UNKNOWN";
  return { code, message: error instanceof Error ? error.message : String(error) };
}
