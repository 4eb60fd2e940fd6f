import { GuestError, hasCode } from "../../../errors/guest-error";
import { enterScript, foreignExitCodes } from "../../../guest/files/foreign/enter-script";
import { foreignError, isForeignExit } from "../../../guest/files/foreign/errors";
import type { FileStat, Guest } from "../../../guest/guest";
import { normalPath } from "../../../guest/paths/normal-path";
import { isRoot, splitPath } from "../../../guest/paths/path";
import { quoteAllForShell, quoteForShell } from "../../../guest/paths/quoting-posix";
import { allDone } from "../../../operation/all-done";
import type { GuestWork } from "../../resource-kind";
import { type GuestTree, pathInGuest } from "./guest-tree";

/** So many paths, or more, are removed by one script where the guest has a shell: one by one each is a request. */
const scriptThreshold = 4;
/** Far below what one argument list may hold. */
const namesPerCommand = 200;
/** The directory is not there any more. */
const gone: readonly number[] = [foreignExitCodes.missing, foreignExitCodes.notDirectory];

/**
 * Removes exactly what is listed below `root`: its files and links, then those of its directories that are empty then,
 * innermost first. Nothing is removed that no look has shown, whatever came since or hides from the login; a link that
 * has taken a directory's place is not followed.
 */
export async function removeListed(work: GuestWork, root: string, listed: GuestTree): Promise<void> {
  const entries = [...listed];
  const files = entries.filter(([, { type }]) => type !== "directory");
  const directories = entries.filter(([, { type }]) => type === "directory").map(([path]) => path);
  if (needsScript(work.guest, entries))
    return removeByScript(
      work,
      root,
      files.map(([path]) => path),
      innermostFirst(directories),
    );
  const { guest, op } = work;
  await allDone(files.map(([path]) => guest.files.deleteFile(pathInGuest(guest, root, path), op)));
  for (const path of innermostFirst(directories)) await deleteIfEmpty(work, pathInGuest(guest, root, path));
}

/** Removes a directory if it is one and empty; false where it is left. */
export async function deleteIfEmpty({ guest, op }: GuestWork, directory: string): Promise<boolean> {
  try {
    await guest.files.deleteDirectory(directory, { recursive: false }, op);
    return true;
  } catch (error) {
    if (!hasCode(error, "DIRECTORY_NOT_EMPTY") && !hasCode(error, "NOT_A_DIRECTORY")) throw error;
    return false;
  }
}

/** DeleteFile refuses sockets, FIFOs and devices. */
function needsScript({ family }: Guest, entries: readonly (readonly [string, FileStat])[]): boolean {
  if (family !== "posix") return false;
  return (
    entries.length >= scriptThreshold || entries.some(([, stat]) => stat.type === "file" && stat.targetType === "other")
  );
}

function innermostFirst(directories: readonly string[]): string[] {
  return [...directories].sort().reverse();
}

async function removeByScript(
  { guest, op }: GuestWork,
  root: string,
  files: readonly string[],
  directories: readonly string[],
): Promise<void> {
  const result = await guest.programs.run(
    {
      name: "the removal of files",
      command: { script: removalScript(root, files, directories), interpreter: "/bin/sh" },
      environmentMode: "merge",
      workingDirectory: "/",
      outputLimitBytes: 4_096,
      secret: { script: op.secretInputs.has("source"), environment: false, stdin: false },
    },
    op,
  );
  if (result.exitCode === 0 || gone.includes(result.exitCode)) return;
  if (isForeignExit(result.exitCode)) throw foreignError({ vm: guest.vm, login: "the guest login" }, root, result);
  const said = result.stderr.bytes.toString("utf8").trim();
  throw new GuestError(
    "PROGRAM_FAILED",
    `${guest.vm.name} ${root}: not all of its files could be removed in the guest (exit code ${result.exitCode}): ${said}`,
  );
}

/**
 * Enters each directory and removes names in it, so that a link on the way to it, which may come at any time, is never
 * followed: where the directory is not at its own place, nothing in it is removed.
 */
function removalScript(root: string, files: readonly string[], directories: readonly string[]): string {
  const removals = [...byDirectory(files)].flatMap(([directory, names]) =>
    chunks(names).map((chunk) => `( ! ${enter(directory)} || rm -f -- ${quoteAllForShell(chunk)} ) || failed=1`),
  );
  const emptied = directories.map((path) => {
    const { directory, name } = split(path);
    return `( ! ${enter(directory)} || rmdir -- ${quoteForShell(name)} ) 2>/dev/null || :`;
  });
  return [
    ...enterRoot(normalPath(root)),
    "failed=0",
    // The dot keeps line ends at the end of a name, which $(…) takes away.
    'enter() { cd -P -- "$root/$1" 2>/dev/null && [ "$(pwd -P; echo .)" = "$root/$1\n." ]; }',
    ...removals,
    ...emptied,
    "exit $failed",
    "",
  ].join("\n");
}

/** No link of others leads to the root (enter-script.ts), and it must be no link itself, nor become one. */
function enterRoot(root: string): string[] {
  if (isRoot(root)) return ["cd /", "root="];
  const { directory, name } = splitPath(root, "posix");
  const ownName = quoteForShell(name);
  return [
    enterScript,
    `vg_enter ${quoteForShell(directory)}`,
    `[ -d ./${ownName} ] && [ ! -L ./${ownName} ] || exit 0`,
    `vg_into_itself ${ownName}`,
    "root=$(pwd -P)",
  ];
}

function enter(directory: string): string {
  return directory === "" ? 'cd "$root/"' : `enter ${quoteForShell(directory)}`;
}

function byDirectory(paths: readonly string[]): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const path of paths) {
    const { directory, name } = split(path);
    const names = grouped.get(directory);
    if (names === undefined) grouped.set(directory, [name]);
    else names.push(name);
  }
  return grouped;
}

function chunks(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / namesPerCommand);
  return Array.from({ length: count }, (_, index) =>
    names.slice(index * namesPerCommand, (index + 1) * namesPerCommand),
  );
}

function split(path: string): { readonly directory: string; readonly name: string } {
  const at = path.lastIndexOf("/");
  return { directory: path.slice(0, Math.max(0, at)), name: path.slice(at + 1) };
}
