import { GuestError } from "../../errors/guest-error";
import type { Guest, ProgramSpec } from "../../guest/guest";
import type { GuestProgramRunInputs } from "./schema";

type RunAs = NonNullable<GuestProgramRunInputs["runAs"]>;

/** Interpreters that read a script from their standard input, and the argument by which they do. */
const readsFromStdin: ReadonlyMap<string, string> = new Map([
  ["sh", "-s"],
  ["bash", "-s"],
  ["dash", "-s"],
  ["ash", "-s"],
  ["ksh", "-s"],
  ["zsh", "-s"],
  ["python", "-"],
  ["python3", "-"],
  ["perl", "-"],
  ["ruby", "-"],
]);

/**
 * The same run under another account of a POSIX guest, by sudo or su. Scripts go in by standard input, since the other
 * account cannot read a file of the login's own; a password for sudo goes ahead of it there, never into arguments.
 */
export function asOtherUser(guest: Guest, spec: ProgramSpec, runAs: RunAs): ProgramSpec {
  if (guest.family === "windows") {
    throw new GuestError(
      "INVALID_INPUT",
      `${guest.vm.name}: runAs works in POSIX guests. In Windows give the resource another login with guest: { username, password }.`,
    );
  }
  const { user, method, password } =
    typeof runAs === "string" ? { user: runAs, method: undefined, password: undefined } : runAs;
  const { words, stdin } = plain(guest, spec);
  const passwordLine = password === undefined ? "" : `${password}\n`;
  const names = Object.keys(spec.environment ?? {});
  const [program, ...rest] =
    method === "su" ? suCommand(user, words) : sudoCommand(user, words, names, password !== undefined);
  return {
    ...spec,
    command: { program: program ?? "", arguments: rest },
    ...(passwordLine === "" && stdin === undefined ? {} : { stdin: withPassword(passwordLine, stdin) }),
    secret: { ...spec.secret, stdin: spec.secret.stdin || spec.secret.script || password !== undefined },
  };
}

/** The run as a list of words and what they read. */
function plain(guest: Guest, spec: ProgramSpec): { words: readonly string[]; stdin: string | Uint8Array | undefined } {
  if ("program" in spec.command) return { words: [spec.command.program, ...spec.command.arguments], stdin: spec.stdin };
  const interpreter = spec.command.interpreter ?? "sh";
  const flag = readsFromStdin.get(interpreter.slice(interpreter.lastIndexOf("/") + 1));
  if (flag === undefined || spec.stdin !== undefined) {
    const why =
      flag === undefined
        ? `${interpreter} does not read scripts from standard input`
        : "its standard input is taken by stdin";
    throw new GuestError(
      "INVALID_INPUT",
      `${guest.vm.name}: a script cannot be run by runAs, since ${why}. Use program and a GuestFile.`,
    );
  }
  return { words: [interpreter, flag], stdin: spec.command.script };
}

function sudoCommand(
  user: string,
  words: readonly string[],
  environment: readonly string[],
  hasPassword: boolean,
): string[] {
  const keep = environment.length === 0 ? [] : [`--preserve-env=${environment.join(",")}`];
  return ["sudo", ...(hasPassword ? ["-k", "-S", "-p", ""] : ["-n"]), "-H", "-u", user, ...keep, "--", ...words];
}

function suCommand(user: string, words: readonly string[]): string[] {
  return ["su", "-s", "/bin/sh", "-c", 'exec "$0" "$@"', "--", user, ...words];
}

function withPassword(line: string, stdin: string | Uint8Array | undefined): string | Uint8Array {
  return typeof stdin === "object" ? Buffer.concat([Buffer.from(line), stdin]) : line + (stdin ?? "");
}
