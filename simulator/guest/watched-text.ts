import { lstatSync, readFileSync } from "node:fs";

/** A small text file that is looked at often and seldom changes, and what is derived from it. */
export class WatchedText<T> {
  #readVersion: string | undefined;
  #value: T | undefined;
  readonly #hostPath: string;
  readonly #derive: (text: string) => T;

  /** `hostPath`: on the machine; anything but a regular file counts as an empty text. */
  constructor(hostPath: string, derive: (text: string) => T) {
    this.#hostPath = hostPath;
    this.#derive = derive;
  }

  /** Derived afresh when the file has changed. */
  get(): T {
    const stats = lstatSync(this.#hostPath, { throwIfNoEntry: false });
    const isFile = stats?.isFile() === true;
    const version = isFile ? `${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.size}` : "none";
    if (this.#value === undefined || version !== this.#readVersion) {
      this.#value = this.#derive(isFile ? readFileSync(this.#hostPath, "utf8") : "");
      this.#readVersion = version;
    }
    return this.#value;
  }
}
