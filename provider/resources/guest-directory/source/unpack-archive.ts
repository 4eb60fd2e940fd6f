import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import * as tar from "tar";
import * as yauzl from "yauzl";

const archiveName = /\.(tar|tar\.gz|tgz|zip)$/i;

/** True for names of archives that can be unpacked here. */
export function isArchiveFile(name: string): boolean {
  return archiveName.test(name);
}

/** Unpacks a tar (gzip or not) or zip file into an empty directory. Entries that would lead out of it are refused. */
export async function unpackArchive(path: string, name: string, target: string): Promise<void> {
  if (!/\.zip$/i.test(name)) return tar.x({ file: path, cwd: target, strict: true, preserveOwner: false });
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(path, { lazyEntries: true });
  const openEntry = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<NodeJS.ReadableStream>;
  // yauzl refuses absolute names and names with `..`.
  await new Promise<void>((resolve, reject) => {
    zip.once("end", resolve).once("error", reject);
    zip.on("entry", (entry: yauzl.Entry) => {
      unpackEntry(entry, openEntry, target).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  }).finally(() => zip.close());
}

async function unpackEntry(
  entry: yauzl.Entry,
  open: (entry: yauzl.Entry) => Promise<NodeJS.ReadableStream>,
  target: string,
): Promise<void> {
  const path = join(target, entry.fileName);
  if (entry.fileName.endsWith("/")) {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await pipeline(await open(entry), createWriteStream(path));
}
