import type { Answer } from "./soap-client";

/** How one record came out. */
export type Verdict =
  | { readonly kind: "reproduced" }
  | { readonly kind: "differs"; readonly reasons: readonly string[] }
  | { readonly kind: "leftOut"; readonly reason: string };

export const reproduced: Verdict = { kind: "reproduced" };

export function leftOut(reason: string): Verdict {
  return { kind: "leftOut", reason };
}

/** Reproduced when there is nothing to complain of. */
export function verdictOf(complaints: readonly string[]): Verdict {
  return complaints.length === 0 ? reproduced : { kind: "differs", reasons: complaints };
}

/**
 * Faults that stand for an error number of the agent (docs/reference/faults.md#error-numbers-of-the-agent); without an
 * entry: SystemError.
 */
const faultsOfVix: Readonly<Record<number, readonly string[]>> = {
  3: ["InvalidArgument"],
  4: ["FileNotFound"],
  6: ["OperationNotSupportedByGuest"],
  7: ["FileFault"],
  8: ["NoDiskSpace"],
  12: ["FileAlreadyExists"],
  13: ["CannotAccessFile"],
  22: ["InvalidArgument", "FileFault", "FileNotFound"],
  3003: ["OperationNotSupportedByGuest"],
  3015: ["GuestPermissionDenied"],
  3050: ["InvalidGuestLogin"],
  20001: ["NotAFile"],
  20002: ["NotADirectory"],
  20003: ["GuestProcessNotFound"],
  20004: ["FileNameTooLong"],
  20005: ["OperationDisabledByGuest"],
  20006: ["DirectoryNotEmpty"],
  20007: ["GuestMultipleMappings"],
};

/** Says what is wrong with the fault, or with its absence, when the agent answered `vix`. null: the agent died. */
export function compareFault(vix: number | null, { fault }: Answer): string[] {
  const wanted = expectedFaults(vix);
  const got = fault === undefined ? "success" : (systemErrorNumber(fault) ?? fault.name);
  return wanted.includes(got) ? [] : [`expected ${wanted.join(" or ")}, got ${got}`];
}

function expectedFaults(vix: number | null): readonly string[] {
  if (vix === 0) return ["success"];
  if (vix === null) return ["GuestOperationsUnavailable", "SystemError 3016"];
  return [...(faultsOfVix[vix] ?? []), `SystemError ${vix}`];
}

function systemErrorNumber({ name, text }: { readonly name: string; readonly text: string }): string | undefined {
  const number = /\((\d+), \d+\)/.exec(text)?.[1];
  return name === "SystemError" && number !== undefined ? `SystemError ${number}` : undefined;
}

/** Says where two values differ. */
export function compare(what: string, expected: unknown, got: unknown): string[] {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(got)];
  return left === right ? [] : [`${what}: recorded ${short(left)}, got ${short(right)}`];
}

function short(text: string | undefined): string {
  return text === undefined ? "nothing" : text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
