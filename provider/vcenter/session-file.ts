import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { normalServer } from "../soap/endpoint";
import type { VCenterSettings } from "./settings";

/** A session cookie kept for the next process: one private file per server and user. */
export class SessionFile {
  readonly #directory: string;
  readonly #file: string;

  constructor(settings: VCenterSettings) {
    this.#directory = settings.sessionPath ?? join(homedir(), ".govmomi", "sessions");
    const whose = `${normalServer(settings.server)}\n${settings.user}`;
    const name = createHash("sha256").update(whose).digest("hex").slice(0, 40);
    this.#file = join(this.#directory, `vsphere-guest-${name}`);
  }

  /** The kept cookie; undefined when there is none or when others could have read or written it. */
  read(): string | undefined {
    try {
      const isPrivate = process.platform === "win32" || (statSync(this.#file).mode & 0o077) === 0;
      return isPrivate ? readFileSync(this.#file, "utf8") : undefined;
    } catch {
      return undefined;
    }
  }

  write(cookie: string): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const temporary = `${this.#file}.${randomBytes(6).toString("hex")}`;
    writeFileSync(temporary, cookie, { mode: 0o600 });
    renameSync(temporary, this.#file);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}
