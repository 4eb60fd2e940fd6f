import { tooLarge } from "../../sources/byte-limit";
import { directoriesAbove } from "../tree/tree-path";

/** More files and directories no tree has that is brought to a guest: each stands in the resource's state. */
export const entriesLimit = 200_000;
/** Directories within directories: file systems end at paths of 4,096 bytes. */
const depthLimit = 200;

/** What an archive may unpack to: a small one can hold more than any disk. Counts what its entries announce. */
export class UnpackingLimits {
  #entries = 0;
  #bytes = 0;
  readonly #directories = new Set<string>();
  readonly #limitBytes: number;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Counts one entry and the directories that it brings with it; why no more are unpacked, when it is one too many. */
  exceededBy(name: string, sizeBytes: number): string | undefined {
    if (name.split("/").length > depthLimit) return `its directories are more than ${depthLimit} deep`;
    this.#entries += 1;
    this.#bytes += sizeBytes;
    for (const directory of directoriesAbove(name)) {
      if (this.#directories.has(directory)) break;
      this.#directories.add(directory);
      this.#entries += 1;
    }
    if (this.#entries > entriesLimit) return `it has more than ${entriesLimit} entries`;
    return this.#bytes > this.#limitBytes ? tooLarge("it unpacks to", this.#limitBytes).message : undefined;
  }
}
