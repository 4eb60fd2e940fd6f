import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { randomInt } from "node:crypto";
import { VixError, type AgentFileAttributes, type AgentFileInfo } from "../guest-agent";
import type { NameFilter } from "../pattern/name-filter";
import { ErrnoError, errnoOf, vixErrors } from "../vix";
import type { Drive, DriveEntry } from "./drive";
import { isReadOnly, type WindowsAttributes } from "./file-attributes";

/**
 * File operations of a Windows guest (docs/reference/guest-operations.md#files). Rights of accounts are not simulated:
 * everyone may do all.
 */
export class WindowsFiles {
  readonly #drive: Drive;
  readonly #attributes: WindowsAttributes;

  constructor(drive: Drive, attributes: WindowsAttributes) {
    this.#drive = drive;
    this.#attributes = attributes;
  }

  list(path: string, index: number, maxResults: number, filter: NameFilter) {
    const target = this.#drive.get(path);
    if (!target.stats.isDirectory()) {
      const names = filter([path]);
      const files = names.slice(index, index + maxResults).map(() => this.#describe(path, path));
      return { files, remaining: Math.max(0, names.length - index - maxResults) };
    }
    const names = filter([".", "..", ...readdirSync(target.hostPath).sort(byName)]);
    return {
      files: names.slice(index, index + maxResults).map((name) => this.#describe(`${path}\\${name}`, name)),
      remaining: Math.max(0, names.length - index - maxResults),
    };
  }

  makeDirectory(path: string, createParents: boolean): void {
    if (lookUp(this.#drive, path)?.stats !== undefined) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
    const parent = path.replace(/[\\/]+[^\\/]+[\\/]*$/, "");
    if (createParents && parent !== path && !/^[A-Za-z]:?$/.test(parent)) {
      if (lookUp(this.#drive, parent)?.stats === undefined) this.makeDirectory(parent, true);
    }
    mkdirSync(this.#drive.findForChange(path).hostPath);
  }

  deleteFile(path: string): void {
    const { hostPath, stats } = this.#drive.findForChange(path);
    if (stats === undefined) throw new ErrnoError("ENOENT");
    if (stats.isDirectory()) throw new VixError(vixErrors.NOT_A_FILE);
    if (isReadOnly(stats)) throw new ErrnoError("EACCES");
    unlinkSync(hostPath);
  }

  deleteDirectory(path: string, recursive: boolean): void {
    const { hostPath, stats } = this.#drive.findForChange(path);
    if (stats === undefined) throw new ErrnoError("ENOENT");
    if (!stats.isDirectory()) throw new VixError(vixErrors.NOT_A_DIRECTORY);
    if (recursive) rmSync(hostPath, { recursive: true });
    else rmdirSync(hostPath);
  }

  moveDirectory(from: string, to: string): void {
    const source = this.#drive.findForChange(from);
    if (source.stats === undefined) throw new ErrnoError("ENOENT");
    if (!source.stats.isDirectory()) throw new VixError(vixErrors.NOT_A_DIRECTORY);
    const target = this.#drive.findForChange(to);
    if (target.stats !== undefined && target.hostPath === source.hostPath) return this.#rename(source, to);
    if (target.stats !== undefined) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
    if (target.hostPath.startsWith(`${source.hostPath}/`)) throw new VixError(vixErrors.NOT_A_FILE);
    renameSync(source.hostPath, target.hostPath);
  }

  moveFile(from: string, to: string, overwrite: boolean): void {
    const source = this.#drive.findForChange(from);
    if (source.stats === undefined) throw new ErrnoError("ENOENT");
    if (source.stats.isDirectory()) throw new VixError(vixErrors.NOT_A_FILE);
    const target = this.#drive.findForChange(to);
    if (target.stats !== undefined && target.hostPath === source.hostPath) return this.#rename(source, to);
    if (target.stats?.isDirectory() === true) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
    if (target.stats !== undefined && !overwrite) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
    if (target.stats !== undefined && isReadOnly(target.stats)) throw new ErrnoError("EACCES");
    renameSync(source.hostPath, target.hostPath);
  }

  change(path: string, attributes: AgentFileAttributes): void {
    const { hostPath, stats } = this.#drive.findForChange(path);
    if (stats === undefined) throw new ErrnoError("ENOENT");
    this.#attributes.apply(hostPath, attributes);
  }

  /** Files have odd numbers, directories even ones. */
  createTemporary(directory: string, prefix: string, suffix: string, kind: "file" | "directory"): string {
    if (!this.#drive.get(directory).stats.isDirectory()) throw new VixError(vixErrors.NOT_A_DIRECTORY);
    for (let range = 128; ; range *= 2) {
      const number = randomInt(1, range) * 2 + (kind === "file" ? 1 : 0);
      const path = `${directory.replace(/[\\/]+$/, "")}\\${prefix}vmware${number}${suffix}`;
      const { hostPath, stats } = this.#drive.findForChange(path);
      if (stats !== undefined) continue;
      if (kind === "file") writeFileSync(hostPath, "", { flag: "wx" });
      else mkdirSync(hostPath);
      return path;
    }
  }

  checkDownload(path: string) {
    const { hostPath, stats } = this.#drive.get(path);
    if (stats.isSymbolicLink()) throw new VixError(vixErrors.INVALID_ARGUMENT);
    if (stats.isDirectory()) throw new VixError(vixErrors.NOT_A_FILE);
    return { hostPath, attributes: this.#attributes.describe(stats), size: stats.size };
  }

  /** Where an upload will be written; looks only. */
  checkUpload(path: string, overwrite: boolean): string {
    const target = lookUp(this.#drive, path);
    if (target === undefined || /[\\/]$/.test(path)) throw new VixError(vixErrors.FILE_NAME_INVALID);
    if (target.stats?.isSymbolicLink() === true) throw new VixError(vixErrors.INVALID_ARGUMENT);
    if (target.stats?.isDirectory() === true) throw new VixError(vixErrors.NOT_A_FILE);
    if (target.stats !== undefined && !overwrite) throw new VixError(vixErrors.FILE_ALREADY_EXISTS);
    if (target.readOnly || (target.stats !== undefined && isReadOnly(target.stats))) throw new ErrnoError("EACCES");
    return target.hostPath;
  }

  /** Only the case of the name changes. */
  #rename(source: DriveEntry, to: string): void {
    const name =
      to
        .replace(/[\\/]+$/, "")
        .split(/[\\/]/)
        .pop() ?? "";
    renameSync(source.hostPath, source.hostPath.replace(/[^/]+$/, name));
  }

  #describe(path: string, shown: string): AgentFileInfo {
    const { hostPath, stats } = this.#drive.get(path);
    const attributes = this.#attributes.describe(stats);
    if (stats.isSymbolicLink()) {
      return {
        path: shown,
        type: "symlink",
        size: 0,
        attributes: { ...attributes, symlinkTarget: readlinkSync(hostPath) },
      };
    }
    const isFile = stats.isFile();
    return { path: shown, type: stats.isDirectory() ? "directory" : "file", size: isFile ? stats.size : 0, attributes };
  }
}

function lookUp(drive: Drive, path: string): DriveEntry | undefined {
  try {
    return drive.find(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** NTFS lists by name, without regard to case. */
function byName(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
