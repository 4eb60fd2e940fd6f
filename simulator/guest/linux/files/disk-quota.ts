import { lstatSync, opendirSync } from "node:fs";
import { ErrnoError } from "../../vix";

/** The guest's disk: counts what file operations write, on top of what was there at the first write. */
export class DiskQuota {
  #usedBytes: number | undefined;
  readonly #root: string;
  readonly #limitBytes: number | undefined;

  constructor(root: string, limitBytes: number | undefined) {
    this.#root = root;
    this.#limitBytes = limitBytes;
  }

  /** Takes room for that many more bytes; ENOSPC when there is none. */
  reserve(bytes: number): void {
    if (this.#limitBytes === undefined) return;
    this.#usedBytes ??= treeBytes(this.#root);
    if (this.#usedBytes + bytes > this.#limitBytes) {
      this.#usedBytes = treeBytes(this.#root);
      if (this.#usedBytes + bytes > this.#limitBytes) throw new ErrnoError("ENOSPC");
    }
    this.#usedBytes += bytes;
  }
}

function treeBytes(directory: string): number {
  let bytes = 0;
  const entries = opendirSync(directory);
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) bytes += treeBytes(path);
      else if (entry.isFile()) bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
  } finally {
    entries.closeSync();
  }
  return bytes;
}
