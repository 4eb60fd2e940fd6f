import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { GuestError } from "../errors/guest-error";
import { normalServer } from "../soap/endpoint";
import { isSessionCookie } from "../soap/session-cookie";
import { govcSession } from "./govc-session";
import { PrivateFile } from "./private-file";
import type { VCenterSettings } from "./settings";

const longestCookieBytes = 2_048;
const remedy = "Remove it, or set vimSessionPath to a directory that only you can write.";

/**
 * A session cookie kept for the next process: one private file per server and user. INVALID_INPUT where others can have put
 * it there: who logs in by another's session acts as that one.
 */
export class SessionFile {
  readonly #path: string;
  readonly #file: PrivateFile;
  readonly #govc: () => string | undefined;

  constructor(settings: VCenterSettings) {
    const directory = settings.sessionPath ?? join(homedir(), ".govmomi", "sessions");
    const token = settings.samlToken === undefined ? "" : `\n${JSON.stringify(settings.samlToken)}`;
    const whose = `${normalServer(settings.server)}\n${settings.user}${token}`;
    const name = createHash("sha256").update(whose).digest("hex").slice(0, 40);
    this.#path = join(directory, `vsphere-guest-${name}`);
    this.#file = new PrivateFile(this.#path, remedy);
    this.#govc = () => govcSession(settings, directory);
  }

  /** The kept cookie, else that of govc; undefined when there is none. */
  read(): string | undefined {
    const cookie = this.#file.read(longestCookieBytes);
    if (cookie === undefined) return this.#govc();
    if (isSessionCookie(cookie)) return cookie;
    throw new GuestError("INVALID_INPUT", `${this.#path}: holds no session of vSphere. ${remedy}`);
  }

  write(cookie: string): void {
    this.#file.write(cookie);
  }

  remove(): void {
    this.#file.remove();
  }
}
