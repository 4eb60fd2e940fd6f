import { readFileSync } from "node:fs";
import { read } from "read";
import { GuestError } from "../../provider/errors/guest-error";
import { usage } from "../output/usage-error";
import { interrupt } from "./interrupt";

/** Where a password may come from; never from the command line, which every user of this machine can read. */
export interface PasswordSource {
  /** For people: `vCenter password of administrator@vsphere.local`. */
  readonly what: string;
  /** The flag that names a file, and what it was given: `-` is standard input. */
  readonly flag: string;
  readonly file: string | undefined;
  readonly fromEnvironment: string | undefined;
  readonly variable: string;
}

/** From the file, the environment, or a person at the terminal; without any it is a usage error. */
export async function passwordFrom(source: PasswordSource): Promise<string> {
  const { what, flag, file, fromEnvironment, variable } = source;
  if (file !== undefined) return firstLine(file, flag);
  if (fromEnvironment !== undefined) return fromEnvironment;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw usage(`There is no ${what}. Set ${variable}, or give ${flag} <file> (\`-\`: standard input).`);
  try {
    return await read({ prompt: `${what}: `, silent: true, output: process.stderr });
  } catch (error) {
    interrupt.abort();
    throw new GuestError("CANCELLED", "No password was given.", { cause: error });
  } finally {
    // The one that was typed is not shown.
    process.stderr.write("\n");
  }
}

function firstLine(file: string, flag: string): string {
  return textOfFile(file, flag).replace(/\r?\n[^]*$/, "");
}

/** A secret's whole text; `-` is standard input. */
export function textOfFile(file: string, flag: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw usage(`${flag} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
