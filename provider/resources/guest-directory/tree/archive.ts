import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as tar from "tar";
import { GuestError } from "../../../errors/guest-error";
import { onThisMachine } from "../../../errors/on-this-machine";
import { foreignError, isForeignExit } from "../../../guest/files/foreign/errors";
import type { ContentSource, FileAttributes } from "../../../guest/guest";
import { throwIfAborted } from "../../../operation/abort";
import { transferOf } from "../../../vocabulary/inputs";
import { formatMode } from "../../file-system/attributes";
import { bytesToFill, tooLarge } from "../../sources/byte-limit";
import { privateDirectory } from "../../sources/private-directory";
import type { GuestDirectoryTask } from "../schema";
import { localFile } from "../source/source-tree";
import type { TreeWork } from "./plan";
import { unpackExitCodes, unpackScript } from "./unpack-script";

/**
 * Sends all new files and directories as one archive, the standard input of the script that unpacks it; false where the guest
 * can't unpack it, and nothing was changed.
 */
export async function sendAsArchive(work: TreeWork): Promise<boolean> {
  const directory = await mkdtemp(join(privateDirectory(), "tree-"));
  try {
    const archive = await onThisMachine("source cannot be packed", () => packInto(directory, work));
    const { size } = await stat(archive);
    return await unpack(work, { sizeBytes: size, open: () => createReadStream(archive) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The path of the archive. */
async function packInto(directory: string, { task, tree, plan, modifiedAt }: TreeWork): Promise<string> {
  const content = join(directory, "content");
  const sizeBytes = plan.write.reduce((sum, path) => sum + localFile(tree, path).sizeBytes, 0);
  const limitBytes = await bytesToFill(directory);
  if (sizeBytes > limitBytes) throw tooLarge("source: its files to send have", limitBytes);
  for (const part of ["new", "changed"]) await mkdir(join(content, part), { recursive: true });
  for (const path of plan.makeDirectories) await mkdir(join(content, "new", path), { recursive: true });
  for (const path of plan.write) {
    const packed = join(content, plan.found.get(path)?.type === "file" ? "changed" : "new", path);
    throwIfAborted(task.op.signal);
    await mkdir(dirname(packed), { recursive: true });
    await copyFile(localFile(tree, path).localPath, packed);
  }
  const archive = join(directory, "tree.tar.gz");
  await tar.c({ cwd: content, file: archive, gzip: true, portable: true, mtime: modifiedAt }, ["."]);
  return archive;
}

async function unpack({ task, attributes, declared }: TreeWork, archive: ContentSource): Promise<boolean> {
  const { guest, want, op } = task;
  const parameters = [
    want.path,
    ownerOf(attributes.file),
    formatMode(attributes.file.mode),
    formatMode(attributes.directory.mode),
    declared.file.mode === undefined ? "" : formatMode(declared.file.mode),
  ];
  const result = await guest.programs.run(
    {
      name: "the unpacking of files",
      command: { program: "/bin/sh", arguments: ["-c", unpackScript, "sh", ...parameters] },
      stdin: archive,
      environmentMode: "merge",
      workingDirectory: "/",
      outputLimitBytes: 4_096,
      secret: { script: false, environment: false, stdin: op.secretInputs.has("source") },
      ...transferOf(want),
    },
    op,
  );
  const said = result.stderr.bytes.toString("utf8").trim();
  switch (result.exitCode) {
    case 0:
      return true;
    case unpackExitCodes.noTar:
      return false;
    case unpackExitCodes.isTaken:
      throw isThere(task, said);
    case unpackExitCodes.mayNotGive:
      throw mayNotGive(task);
    case unpackExitCodes.isSwapped:
      throw failed(task, "somebody in the guest swaps directories in it. Nothing was written");
    default:
      if (isForeignExit(result.exitCode))
        throw foreignError({ vm: guest.vm, login: "the guest login" }, want.path, result);
      throw failed(task, `exit code ${result.exitCode}: ${said}`);
  }
}

function failed({ guest, want }: GuestDirectoryTask, why: string): GuestError {
  return new GuestError(
    "PROGRAM_FAILED",
    `${guest.vm.name} ${want.path}: its files could not be unpacked in the guest: ${why}.`,
  );
}

function mayNotGive({ guest, want }: GuestDirectoryTask): GuestError {
  const { owner, group } = want;
  const what = [...(owner === undefined ? [] : [`owner ${owner}`]), ...(group === undefined ? [] : [`group ${group}`])];
  return new GuestError(
    "GUEST_PERMISSION_DENIED",
    `${guest.vm.name} ${want.path}: the guest login may not give its files to ${what.join(" and ")} in the guest. Nothing was written. ` +
      "Only root may give a file to another account; its owner may give it to a group that he is in. Use a guest login that may, or leave the input out.",
  );
}

function isThere({ guest, want }: GuestDirectoryTask, paths: string): GuestError {
  return new GuestError(
    "PATH_EXISTS",
    `${guest.vm.name} ${want.path}: there already, though the guest login can't see it, or it came just now: ${paths.split("\n").join(", ")}. ` +
      "Nothing was written. Move it away, or use a guest login that sees it.",
  );
}

function ownerOf({ ownerId, groupId }: FileAttributes): string {
  if (ownerId === undefined && groupId === undefined) return "";
  return `${ownerId ?? ""}${groupId === undefined ? "" : `:${groupId}`}`;
}
