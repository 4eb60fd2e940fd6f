import { GuestError, type GuestErrorCode, hasCode } from "../../errors/guest-error";
import type { Operation } from "../../operation/operation";
import { given } from "../../values/given";
import type { GuestCalls } from "./guest-calls";
import { answerWasLost } from "./request-outcome";

const makeAttempts = 3;

/**
 * Makes a directory of which nobody but the login knows: Tools make it 0700. `path` ends with an unguessable name that
 * no command line has shown before, so that nobody else can be there first. PATH_EXISTS if something is, all the same:
 * only after a lost answer what stands there is ours.
 */
export async function makePrivateDirectory(calls: GuestCalls, path: string, op: Operation, attempt = 1): Promise<void> {
  try {
    await calls.makeDirectoryInGuest(path, false, op);
  } catch (error) {
    if (attempt > 1 && hasCode(error, "PATH_EXISTS")) return;
    if (!answerWasLost(error) || attempt === makeAttempts) throw withPurpose(error);
    await makePrivateDirectory(calls, path, op, attempt + 1);
  }
}

const refusals: readonly GuestErrorCode[] = [
  "GUEST_PERMISSION_DENIED",
  "DISK_FULL",
  "PATH_NOT_FOUND",
  "NOT_A_DIRECTORY",
  "PATH_EXISTS",
];

/** A refusal by the guest's file system says what the directory was for: the user has never heard of it. */
function withPurpose(error: unknown): unknown {
  if (!(error instanceof GuestError) || !refusals.includes(error.code)) return error;
  const { code, message, fault, retryable } = error;
  const purpose = "Programs and transfers through vCenter need a private directory of their own there.";
  return new GuestError(code, `${message} ${purpose}`, { cause: error, retryable, ...given({ fault }) });
}

/**
 * Shell function `vg_is_private <directory>`: judged from inside, where no name can be swapped, it is no link, the login's
 * own and nobody else's, and others can't move it away (docs/reference/safe-paths.md).
 */
export const isPrivateDirectory = `
vg_is_private() (
  cd -P "$1" || exit
  case $(pwd -P) in */"\${1##*/}") ;; *) exit 1 ;; esac
  [ -O . ] || exit
  case $(ls -ld .) in drwx------*) ;; *) exit 1 ;; esac
  case $(ls -ld ..) in ????????w[!tT]*) exit 1 ;; esac
)
`;
