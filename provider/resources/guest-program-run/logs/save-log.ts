import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { onThisMachine } from "../../../errors/on-this-machine";
import { endedBy } from "../../../operation/abort";
import { transferOf } from "../../../vocabulary/inputs";
import type { GuestProgramRunTask } from "../schema";

/** What is kept of a log unless `logLimitBytes` says otherwise: a run that writes without end must not fill a disk. */
const defaultLimitBytes = 100 * 1024 * 1024;
/** Longer names are refused by the usual file systems, with what comes before and after. */
const longestName = 180;

/**
 * Saves the start of a log in `directory` on this machine, as `<vm>-<path>`; returns where. It comes whole or not at all, and
 * what stands there, a link too, is replaced, not written into.
 */
export async function saveLog(task: GuestProgramRunTask, directory: string, path: string): Promise<string> {
  const { guest, want, op } = task;
  const target = join(directory, localName(guest.vm.name, path));
  const temporary = `${target}.${randomBytes(6).toString("hex")}.part`;
  const limitBytes = want.logLimitBytes ?? defaultLimitBytes;
  await onThisMachine(`logDirectory ${directory}`, async () => {
    await mkdir(directory, { recursive: true });
    const { body, sizeBytes } = await guest.files.read(path, op, transferOf(want));
    try {
      const file = createWriteStream(temporary, { flags: "wx", mode: 0o600 });
      await endedBy(op.signal, pipeline(firstOf(body, limitBytes), file, { signal: op.signal }));
      await rename(temporary, target);
    } catch (error) {
      body.destroy();
      await rm(temporary, { force: true });
      throw error;
    }
    if (sizeBytes > limitBytes) {
      const kept = `has ${sizeBytes} bytes, of which the first ${limitBytes} are kept`;
      op.log.warn(`${guest.vm.name} ${path}: ${kept}. Set logLimitBytes for more.`);
    }
  });
  return target;
}

async function* firstOf(body: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Buffer> {
  let left = limitBytes;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Different for different paths: `/var/log/app.log` -> `vm-var!log!app.log`; other characters than the usual as `%41`. */
function localName(vm: string, path: string): string {
  const parts = path.split(/[\\/]+/).filter((part) => part !== "");
  const name = `${plain(vm)}-${parts.map(plain).join("!")}`;
  if (name.length <= longestName) return name;
  const tail = createHash("sha256").update(`${vm}\0${path}`).digest("hex").slice(0, 16);
  return `${name.slice(0, longestName - tail.length - 1)}-${tail}`;
}

function plain(text: string): string {
  return text.replace(/[^\w.-]/gu, encoded);
}

function encoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
