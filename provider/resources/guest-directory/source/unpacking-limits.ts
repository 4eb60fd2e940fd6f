/** More files no tree has that is brought to a guest: each stands in the resource's state. */
const entriesLimit = 200_000;
/** Of what is free on the disk, so much may be filled. */
const shareOfFree = 0.5;
/** Directories within directories: file systems end at paths of 4,096 bytes. */
const depthLimit = 200;

/** What an archive may unpack to: a small one can hold more than any disk. Counts what its entries announce. */
export class UnpackingLimits {
  #entries = 0;
  #bytes = 0;
  readonly #limitBytes: number;

  constructor(freeBytes: number) {
    this.#limitBytes = Math.floor(freeBytes * shareOfFree);
  }

  /** Counts one entry; why no more are unpacked, when it is one too many. */
  exceededBy(name: string, sizeBytes: number): string | undefined {
    this.#entries += 1;
    this.#bytes += sizeBytes;
    if (this.#entries > entriesLimit) return `it has more than ${entriesLimit} entries`;
    if (name.split("/").length > depthLimit) return `its directories are more than ${depthLimit} deep`;
    if (this.#bytes <= this.#limitBytes) return undefined;
    return `it unpacks to more than ${this.#limitBytes} bytes, half of what is free on the disk (set TMPDIR to a larger one)`;
  }
}
