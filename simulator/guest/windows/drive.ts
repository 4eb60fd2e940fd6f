import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { ErrnoError } from "../vix";
import { parseWindowsPath } from "./windows-path";

/** An object of the drive, or the place where it would be. */
export interface DriveEntry {
  readonly hostPath: string;
  readonly stats: Stats | undefined;
  /** Shared with the machine: Wine's own files. */
  readonly readOnly: boolean;
}

/** Drive C: of a Windows guest over a directory of the machine: names without regard to case, links never followed. */
export class Drive {
  /** Directories of the machine that links of the drive may lead into. */
  #sharedDirectory: string | undefined;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Links of the drive into this directory show what it holds, read-only. */
  share(directory: string): void {
    this.#sharedDirectory = directory;
  }

  /** Throws errno and VIX errors; a missing last name is no error. */
  find(path: string): DriveEntry {
    const names = parseWindowsPath(path);
    let entry: DriveEntry = { hostPath: this.#root, stats: lstatSync(this.#root), readOnly: false };
    for (const [index, name] of names.entries()) {
      if (entry.stats?.isDirectory() !== true) throw new ErrnoError(entry.stats === undefined ? "ENOENT" : "ENOTDIR");
      entry = this.#child(entry, name);
      if (entry.stats === undefined && index < names.length - 1) throw new ErrnoError("ENOENT");
    }
    return entry;
  }

  /** An object that has to be there. */
  get(path: string): DriveEntry & { readonly stats: Stats } {
    const { stats, ...entry } = this.find(path);
    if (stats === undefined) throw new ErrnoError("ENOENT");
    return { ...entry, stats };
  }

  /** As find, for a call that changes it. */
  findForChange(path: string): DriveEntry {
    const entry = this.find(path);
    if (entry.readOnly || parseWindowsPath(path).length === 0) throw new ErrnoError("EACCES");
    return entry;
  }

  #child(parent: DriveEntry, name: string): DriveEntry {
    const exact = `${parent.hostPath}/${name}`;
    const actual = lstatSync(exact, { throwIfNoEntry: false }) === undefined ? sameName(parent.hostPath, name) : name;
    if (actual === undefined) return { hostPath: exact, stats: undefined, readOnly: parent.readOnly };
    const hostPath = `${parent.hostPath}/${actual}`;
    const stats = lstatSync(hostPath);
    if (!stats.isSymbolicLink()) return { hostPath, stats, readOnly: parent.readOnly };
    const target = readlinkSync(hostPath);
    const isShared = this.#sharedDirectory !== undefined && target.startsWith(`${this.#sharedDirectory}/`);
    if (!isShared) return { hostPath, stats, readOnly: parent.readOnly };
    return { hostPath: target, stats: lstatSync(target), readOnly: true };
  }
}

function sameName(directory: string, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return readdirSync(directory).find((candidate) => candidate.toLowerCase() === wanted);
}
