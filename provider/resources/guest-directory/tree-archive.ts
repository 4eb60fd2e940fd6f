import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as tar from "tar";
import { GuestError } from "../../errors/guest-error";
import { joinPath, parentOf } from "../../guest/paths/path";
import type { FileAttributes } from "../../guest/guest";
import { treeArchivePrefix, treeStagePrefix, treeStaleDays } from "../../guest/paths/temporary-places";
import { cleanupOperation } from "../../operation/deadline";
import { transferOf } from "../../vocabulary/inputs";
import { formatMode } from "../file-system/attributes";
import { privateDirectory } from "../sources/private-directory";
import type { GuestDirectoryTask } from "./schema";
import { localFile } from "./source/source-tree";
import type { TreeWork } from "./tree-plan";

/** Exit code of the script where the guest has no tar. */
const noTar = 42;
/** Exit code of the script where something is at the path of a new file. */
const isTaken = 44;

/**
 * Unpacks beside the target's files and renames each into place, so that every file is the old or the new one at any
 * time. Parameters: archive, target, owner or empty, modes of new files and of directories, mode of changed files or empty: they
 * keep what is not declared, set-id bits only with their owner. Names come from `find`, so any name will do; a link in a directory's place, and anything at a new file's path, ends the script before anything is put
 * in place there. What a killed deploy left more than two days ago goes too.
 */
const unpackScript = `
set -e
umask 077
command -v tar >/dev/null 2>&1 || exit ${noTar}
find "\${1%/*}/" -maxdepth 1 -type f -name "${treeArchivePrefix}*.tar.gz" -mtime +${treeStaleDays} -exec rm -f {} + 2>/dev/null || :
find "$2/." -maxdepth 1 -type d -name "${treeStagePrefix}*" -mtime +${treeStaleDays} -exec rm -rf {} + 2>/dev/null || :
made=$(mktemp -d "$2/${treeStagePrefix}XXXXXXXX")
trap 'rm -rf "$made"' EXIT
# The archive's own root opens the directory that it is unpacked into.
stage=$made/closed
mkdir "$stage"
tar -xzof "$1" -C "$stage"
cd "$stage/new"
taken=$(find . ! -type d -exec sh -c '
  target=$1; shift
  for f; do if [ -e "$target/$f" ] || [ -L "$target/$f" ]; then echo "$f"; fi; done' sh "$2" {} +)
[ -z "$taken" ] || { echo "$taken" >&2; exit ${isTaken}; }
cd "$stage/changed"
find . ! -type d -exec sh -c '
  target=$1 owner=$2 mode=$3; shift 3
  for f; do
    kept=$(stat -c %a "$target/$f")
    chown -h "$(stat -c %u:%g "$target/$f")" "$f" 2>/dev/null || {
      kept=$(printf %04d "$kept"); kept=0\${kept#?}
      chgrp -h "$(stat -c %g "$target/$f")" "$f" 2>/dev/null || :
    }
    [ -z "$owner" ] || chown -h "$owner" "$f"
    chmod "\${mode:-$kept}" "$f"
  done' sh "$2" "$3" "$6" {} +
cd "$stage/new"
find . ! -type d -exec chmod "$4" {} +
[ -z "$3" ] || find . ! -type d -exec chown -h "$3" {} +
for part in new changed; do
  cd "$stage/$part"
  find . -mindepth 1 -type d -exec chmod "$5" {} +
  [ -z "$3" ] || find . -mindepth 1 -type d -exec chown -h "$3" {} +
  find . -mindepth 1 -type d -exec sh -c '
    target=$1; shift
    for d; do
      [ ! -L "$target/$d" ] || exit 43
      [ ! -d "$target/$d" ] || continue
      if mkdir "$target/$d" 2>/dev/null; then
        chmod "$(stat -c %a "$d")" "$target/$d"; chown "$(stat -c %u:%g "$d")" "$target/$d"
      else
        [ -d "$target/$d" ]
      fi
    done' sh "$2" {} +
  find . ! -type d -exec sh -c 'target=$1; shift; for f; do mv -f "$f" "$target/$f"; done' sh "$2" {} +
done
`;

/** Sends all new files and directories as one archive; false where the guest can't unpack it, and nothing was changed. */
export async function sendAsArchive(work: TreeWork): Promise<boolean> {
  const { guest, want, op } = work.task;
  const local = await packLocally(work);
  const name = `${treeArchivePrefix}${randomBytes(8).toString("hex")}.tar.gz`;
  const inGuest = joinPath(parentOf(want.path, guest.family), name, guest.family);
  try {
    const { size } = await stat(local.archive);
    const content = { sizeBytes: size, open: () => createReadStream(local.archive) };
    const options = { attributes: { mode: 0o600 }, ...transferOf(want), secret: op.secretInputs.has("source") };
    await guest.files.write(inGuest, content, options, op);
    return await unpack(work, inGuest);
  } finally {
    await rm(local.directory, { recursive: true, force: true });
    await guest.files.deleteFile(inGuest, cleanupOperation(op));
  }
}

async function packLocally({
  tree,
  plan,
  modifiedAt,
}: TreeWork): Promise<{ readonly directory: string; readonly archive: string }> {
  const directory = await mkdtemp(join(privateDirectory(), "tree-"));
  const content = join(directory, "content");
  for (const part of ["new", "changed"]) await mkdir(join(content, part), { recursive: true });
  for (const path of plan.makeDirectories) await mkdir(join(content, "new", path), { recursive: true });
  for (const path of plan.write) {
    const packed = join(content, plan.found.get(path)?.type === "file" ? "changed" : "new", path);
    await mkdir(dirname(packed), { recursive: true });
    await copyFile(localFile(tree, path).localPath, packed);
  }
  const archive = join(directory, "tree.tar.gz");
  await tar.c({ cwd: content, file: archive, gzip: true, portable: true, mtime: modifiedAt }, ["."]);
  return { directory, archive };
}

async function unpack({ task, attributes, declared }: TreeWork, archive: string): Promise<boolean> {
  const { guest, want, op } = task;
  const parameters = [
    archive,
    want.path,
    ownerOf(attributes.file),
    formatMode(attributes.file.mode),
    formatMode(attributes.directory.mode),
    declared.file.mode === undefined ? "" : formatMode(declared.file.mode),
  ];
  const result = await guest.programs.run(
    {
      command: { program: "/bin/sh", arguments: ["-c", unpackScript, "sh", ...parameters] },
      environmentMode: "merge",
      workingDirectory: "/",
      outputLimitBytes: 4_096,
      secret: { script: false, environment: false, stdin: false },
    },
    op,
  );
  if (result.exitCode === 0) return true;
  if (result.exitCode === noTar) return false;
  const said = result.stderr.bytes.toString("utf8").trim();
  if (result.exitCode === isTaken) throw isThere(task, said);
  throw new GuestError(
    "PROGRAM_FAILED",
    `${guest.vm.name} ${want.path}: its files could not be unpacked in the guest (exit code ${result.exitCode}): ${said}`,
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
