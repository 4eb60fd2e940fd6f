import { VixError, type AgentProgramSpec, type GuestUser } from "../../guest-agent";
import { ErrnoError, vixErrors } from "../../vix";
import { mayExecute } from "../access";
import type { PathTree } from "../path-tree";

/** What is refused before the login: an empty program and environment entries without "=". */
export function checkProgramShape(spec: AgentProgramSpec): void {
  const isEntry = (entry: string): boolean => entry.includes("=");
  if (spec.programPath === "" || !spec.envVariables.every(isEntry)) throw new VixError(vixErrors.INVALID_ARGUMENT);
}

/**
 * Program and working directory, with the user's rights, in the agent's order
 * (docs/reference/guest-operations.md#programs).
 */
export function checkProgram(tree: PathTree, user: GuestUser, spec: AgentProgramSpec): void {
  const program = tree.locate(checkedPath(spec.programPath), { followLast: true });
  if (program.stats === undefined) throw new ErrnoError("ENOENT");
  if (!mayExecute(user, program.hostPath, program.stats)) throw new VixError(vixErrors.GUEST_USER_PERMISSIONS);
  const { workingDirectory } = spec;
  if (workingDirectory !== undefined && workingDirectory !== "" && !isDirectory(tree, workingDirectory)) {
    throw new VixError(vixErrors.NOT_A_DIRECTORY);
  }
}

/** The existence check skips leading blanks and takes a quoted path out of its quotes; the shell line does not. */
function checkedPath(programPath: string): string {
  const trimmed = programPath.replace(/^ +/, "");
  return trimmed.startsWith('"') ? (trimmed.slice(1).split('"', 1)[0] ?? "") : trimmed;
}

function isDirectory(tree: PathTree, path: string): boolean {
  try {
    return tree.locate(path, { followLast: true }).stats?.isDirectory() === true;
  } catch {
    return false;
  }
}
