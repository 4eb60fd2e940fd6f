import { GuestError } from "../../../errors/guest-error";
import type { Guest, ProgramSpec } from "../../guest";
import { commandWords } from "./command";
import { quoteAllForShell, quoteForShell } from "../../paths/quoting-posix";
import { requireVariableNames } from "../inputs";
import { loginScript, otherAccountScript, payloadMark, unsetAll } from "./other-account-scripts";

/** An account of a POSIX guest that the login may become. */
export interface OtherAccount {
  readonly user: string;
  /** su needs the login to be root. */
  readonly method: "sudo" | "su";
  /** What sudo asks the login for. Without it sudo must not ask. */
  readonly password?: string | undefined;
}

/**
 * The same run under another account of a POSIX guest, by sudo or su. What it is given (a password for sudo, variables,
 * script, standard input) goes in by standard input, never in arguments: the other account cannot read the login's
 * files, and sudo drops variables (other-account-scripts.ts).
 */
export function asOtherUser(guest: Guest, spec: ProgramSpec, account: OtherAccount): ProgramSpec {
  if (guest.family === "windows") {
    throw new GuestError(
      "INVALID_INPUT",
      `${guest.vm.name}: runAs works in POSIX guests. In Windows give the resource another login with guest: { username, password }.`,
    );
  }
  const { user, method, password } = account;
  const { command, environment: _environment, workingDirectory = "", stdin = "", ...rest } = spec;
  const setup = Buffer.from(setupText(spec));
  const script = Buffer.from("script" in command ? command.script : "");
  const input = Buffer.from(stdin as string);
  const given = [setup, script, input];
  const isPlain = "program" in command && given.every(({ length }) => length === 0);
  const asAccount = ["/bin/sh", "-c", otherAccountScript, "sh", workingDirectory]
    .concat(given.map(({ length }) => String(length)))
    .concat("program" in command ? [command.program, ...command.arguments] : []);
  const parameters = [method, user, password === undefined ? "" : "1", isPlain ? "1" : "", workingDirectory];
  const secret = spec.secret.script || spec.secret.environment || spec.secret.stdin || password !== undefined;
  return {
    ...rest,
    name: "program" in command ? command.program : "the script",
    command: { script: `set -- ${quoteAllForShell([...parameters, ...asAccount])}\n${loginScript}` },
    environmentMode: "merge",
    stdin: Buffer.concat([Buffer.from(`${password === undefined ? "" : `${password}\n`}${payloadMark}\n`), ...given]),
    secret: { script: false, environment: false, stdin: secret },
  };
}

/**
 * Shell text that sets the program's variables, and with `replace` takes all others away; then the words that run a
 * script, which lies in the account's own directory.
 */
function setupText({ command, environment = {}, environmentMode }: ProgramSpec): string {
  requireVariableNames(Object.keys(environment));
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quoteForShell(value)}\n`);
  const words = "script" in command ? [`set -- ${scriptWords(command)}\n`] : [];
  return [environmentMode === "replace" ? unsetAll : "", ...exports, ...words].join("");
}

function scriptWords(command: ProgramSpec["command"]): string {
  const interpreter = commandWords(command, "").slice(0, -1);
  return `${quoteAllForShell(interpreter)} "$vg_room/script"`;
}
