import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { VirtualMachine, WorkOptions } from "../../provider/library";
import type { GuestFamily } from "../../provider/guest/guest";

/** What a check works with: a private directory in the guest, one on this machine, and the machine itself. */
export class Trial {
  constructor(
    readonly vm: VirtualMachine,
    readonly family: GuestFamily,
    /** The guest login is root, or has full rights in Windows. */
    readonly isElevated: boolean,
    readonly work: WorkOptions,
    /** The private directory in the guest. */
    readonly directory: string,
    readonly localDirectory: string,
  ) {}

  get isPosix(): boolean {
    return this.family === "posix";
  }

  /** A path in the private directory; `/` between its parts, whatever the family. */
  at(name: string): string {
    const separator = this.isPosix ? "/" : "\\";
    return [this.directory, ...name.split("/")].join(separator);
  }

  /** A file of this machine with that content; its path. */
  async local(name: string, content: string | Buffer): Promise<string> {
    const path = join(this.localDirectory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    return path;
  }

  async text(name: string): Promise<string> {
    return (await this.vm.files.readBytes(this.at(name), this.work)).toString("utf8");
  }

  write(name: string, content: string | Buffer): Promise<unknown> {
    return this.vm.files.write(this.at(name), content, this.work);
  }

  mkdir(name: string): Promise<void> {
    return this.vm.files.makeDirectory(this.at(name), { ...this.work, createParents: true });
  }

  exists(name: string): Promise<boolean> {
    return this.vm.files.exists(this.at(name), this.work);
  }

  async mode(name: string): Promise<string> {
    const { mode } = await this.vm.files.required(this.at(name), this.work);
    return mode?.toString(8) ?? "none";
  }

  /** Runs a script of the family's own shell; what it wrote, without its last line end. */
  async shell(posix: string, windows: string): Promise<string> {
    const script = this.isPosix ? posix : windows;
    const { exitCode, stdout, stderr } = await this.vm.programs.run({ script }, this.work);
    if (exitCode !== 0) throw new Error(`the script ended with ${exitCode}: ${stderr.bytes.toString()}`);
    return stdout.bytes.toString("utf8").trimEnd();
  }
}

/** One thing that is to hold in every guest. */
export interface TrialCheck {
  readonly name: string;
  /** Rejects where it does not hold; NotApplicable where the guest is none for it. */
  readonly run: (trial: Trial) => Promise<void>;
}

/** A text of a resource's state; "" where it has none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Says why a check is none for this guest. */
export class NotApplicable extends Error {
  override readonly name = "NotApplicable";
}

export function onlyIf(isFitting: boolean, otherwise: string): void {
  if (!isFitting) throw new NotApplicable(otherwise);
}

/** Rejects where the two are not the same. */
export function same(actual: unknown, expected: unknown, what = "found"): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`${what}: ${shown(actual)}, expected: ${shown(expected)}`);
}

/** Rejects unless the work fails with an error that says so. */
export async function fails(work: Promise<unknown>, says: RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  if (error === undefined) throw new Error(`it went well, expected: a failure (${says.source})`);
  if (!says.test(error.message)) throw error;
}

const shownCharacters = 200;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}
