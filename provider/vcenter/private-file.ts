import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { GuestError } from "../errors/guest-error";

/**
 * A small file of this user on the machine that deploys. Read and written only where nobody else can have put or changed
 * it: INVALID_INPUT says why not. In Windows the directory's access list decides.
 */
export class PrivateFile {
  readonly #path: string;
  readonly #remedy: string;

  /** `remedy`: what to do where it is not private. */
  constructor(path: string, remedy: string) {
    this.#path = path;
    this.#remedy = remedy;
  }

  /** Its text; undefined when there is none. */
  read(limitBytes: number): string | undefined {
    try {
      this.#requirePrivateDirectory();
      // Neither follows a link nor waits at a pipe.
      const file = openSync(this.#path, constants.O_RDONLY | noFollow | noWait);
      try {
        return this.#textOf(file, limitBytes);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT") return undefined;
      throw code === "ELOOP" ? this.#refusal("is a link") : error;
    }
  }

  write(text: string): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    this.#requirePrivateDirectory();
    const temporary = `${this.#path}.${randomBytes(6).toString("hex")}`;
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    renameSync(temporary, this.#path);
  }

  append(text: string): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    this.#requirePrivateDirectory();
    const file = openSync(this.#path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | noFollow, 0o600);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #textOf(file: number, limitBytes: number): string {
    const { uid, mode, size, nlink } = fstatSync(file);
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (!isFile) throw this.#refusal("is no regular file");
    if (hasUsers && uid !== process.getuid?.()) throw this.#refusal("belongs to another user");
    if (hasUsers && ((mode & 0o077) !== 0 || nlink !== 1)) throw this.#refusal("is open to other users");
    if (size > limitBytes) throw this.#refusal(`has more than ${limitBytes} bytes`);
    const bytes = Buffer.alloc(size);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, size, 0));
  }

  #requirePrivateDirectory(): void {
    const { uid, mode } = statSync(dirname(this.#path));
    if (!hasUsers) return;
    if (uid !== process.getuid?.() && uid !== 0) throw this.#refusal("lies in a directory of another user");
    if ((mode & 0o022) !== 0) throw this.#refusal("lies in a directory that other users can write");
  }

  #refusal(why: string): GuestError {
    return new GuestError("INVALID_INPUT", `${this.#path}: ${why}. ${this.#remedy}`);
  }
}

const hasUsers = process.platform !== "win32";
const noFollow = hasUsers ? constants.O_NOFOLLOW : 0;
const noWait = hasUsers ? constants.O_NONBLOCK : 0;
