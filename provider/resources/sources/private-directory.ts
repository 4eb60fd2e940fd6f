import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let directory: string | undefined;

/** A directory of this process's own (0700) on this machine, for downloads and unpacked archives. It goes with the process. */
export function privateDirectory(): string {
  if (directory === undefined) {
    const made = mkdtempSync(join(tmpdir(), "vsphere-guest-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    directory = made;
  }
  return directory;
}
