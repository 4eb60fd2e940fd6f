import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import * as tar from "tar";
import * as yauzl from "yauzl";
import { GuestError } from "../../../errors/guest-error";
import { endedBy, throwIfAborted } from "../../../operation/abort";
import { bytesToFill } from "../../sources/byte-limit";
import { UnpackingLimits } from "./unpacking-limits";

const archiveName = /\.(tar|tar\.gz|tgz|zip)$/i;

/** True for names of archives that can be unpacked here. */
export function isArchiveFile(name: string): boolean {
  return archiveName.test(name);
}

/**
 * Unpacks a tar (gzip or not) or zip file into an empty directory. INVALID_INPUT, and nothing more is written, for entries that
 * would lead out of it, for a damaged archive, and for one that unpacks to more than a tree may have (unpacking-limits.ts).
 */
export async function unpackArchive(path: string, name: string, target: string, signal: AbortSignal): Promise<void> {
  const unpack = /\.zip$/i.test(name) ? unpackZip : unpackTar;
  try {
    const limits = new UnpackingLimits(await bytesToFill(target));
    await endedBy(signal, unpack(path, target, limits, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new GuestError(
      "INVALID_INPUT",
      `source ${name} can't be unpacked on the machine that runs Pulumi: ${reason}`,
      {
        cause: error,
      },
    );
  }
}

type Unpack = (path: string, target: string, limits: UnpackingLimits, signal: AbortSignal) => Promise<void>;

const unpackTar: Unpack = async (path, target, limits, signal) => {
  const file = createReadStream(path);
  const filter = (name: string, entry: { readonly size?: number | undefined }) => {
    const exceeded = limits.exceededBy(name, entry.size ?? 0);
    if (exceeded !== undefined) file.destroy(new Error(exceeded));
    return exceeded === undefined;
  };
  await pipeline(file, tar.x({ cwd: target, strict: true, preserveOwner: false, filter }), { signal });
};

const unpackZip: Unpack = async (path, target, limits, signal) => {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(path, { lazyEntries: true });
  const openEntry = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<NodeJS.ReadableStream>;
  // yauzl refuses absolute names, names with `..`, and entries that are larger than they say.
  await new Promise<void>((resolve, reject) => {
    zip.once("end", resolve).once("error", reject);
    zip.on("entry", (entry: yauzl.Entry) => {
      const exceeded = limits.exceededBy(entry.fileName, entry.uncompressedSize);
      if (exceeded !== undefined) return reject(new Error(exceeded));
      unpackEntry(entry, openEntry, target, signal).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  }).finally(() => zip.close());
};

async function unpackEntry(
  entry: yauzl.Entry,
  open: (entry: yauzl.Entry) => Promise<NodeJS.ReadableStream>,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  const path = join(target, entry.fileName);
  if (entry.fileName.endsWith("/")) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await pipeline(await open(entry), createWriteStream(path), { signal });
}
