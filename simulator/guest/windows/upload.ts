import { closeSync, constants, openSync, writeSync } from "node:fs";
import type { AgentFileAttributes, AgentUpload } from "../guest-agent";
import type { DiskQuota } from "../linux/files/disk-quota";
import { toVixError } from "../vix";
import type { WindowsAttributes } from "./file-attributes";

/** An upload into a Windows guest: written in place (docs/reference/guest-operations.md#transfers). */
export class WindowsUpload implements AgentUpload {
  readonly #descriptor: number;
  #isOpen = true;
  readonly #hostPath: string;
  readonly #wanted: AgentFileAttributes;
  readonly #attributes: WindowsAttributes;
  readonly #quota: DiskQuota;

  constructor(hostPath: string, wanted: AgentFileAttributes, attributes: WindowsAttributes, quota: DiskQuota) {
    this.#hostPath = hostPath;
    this.#wanted = wanted;
    this.#attributes = attributes;
    this.#quota = quota;
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;
    this.#descriptor = openSync(hostPath, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o644);
  }

  async write(chunk: Buffer): Promise<void> {
    try {
      this.#quota.reserve(chunk.length);
      for (let done = 0; done < chunk.length;) done += writeSync(this.#descriptor, chunk, done, chunk.length - done);
    } catch (error) {
      throw toVixError(error);
    }
  }

  async finish(): Promise<void> {
    this.#close();
    try {
      this.#attributes.apply(this.#hostPath, this.#wanted);
    } catch (error) {
      throw toVixError(error);
    }
  }

  async abort(): Promise<void> {
    this.#close();
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}
