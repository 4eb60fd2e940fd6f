import type { Operation } from "../../../operation/operation";
import type { GuestCalls } from "../../calls/guest-calls";
import { reasonOf } from "../../calls/request-outcome";
import { quoteAllForShell } from "../../paths/quoting-posix";
import { roomPrefix } from "../../paths/temporary-places";
import type { RunPlace } from "../rooms/rooms";
import { awaitEnd } from "../awaited-process";
import { shell } from "./command";

/** The variable that all processes of a run inherit, whatever group or session they make for themselves. */
export const markVariable = "VSPHERE_GUEST_RUN";

/**
 * Ends all processes whose environment has the mark `$1`, first gently. Those that a process makes meanwhile are found by
 * the next look. Exit code 0: there are none any more; 2: the guest does not tell environments.
 */
export const endMarkedScript = `
vg_mark=${markVariable}=$1
[ -r /proc/self/environ ] || exit 2
for vg_signal in TERM TERM KILL KILL KILL KILL KILL KILL; do
  vg_pids=$(grep -lF -- "$vg_mark" /proc/[0-9]*/environ 2>/dev/null | sed 's|[^0-9]||g')
  [ -n "$vg_pids" ] || exit 0
  kill -"$vg_signal" $vg_pids 2>/dev/null
  sleep 0.3 2>/dev/null || sleep 1
done
exit 1
`;

/** The mark of a run, as the wrapper makes it: no other's mark contains it. */
function markOf({ room, runId }: RunPlace): string {
  return `${room.path.slice(room.path.lastIndexOf(roomPrefix) + roomPrefix.length)}/${runId}.`;
}

/** Ends what has left a run's process group, by its mark. Undefined when nothing lives on; else what may, and why. */
export async function endMarked(calls: GuestCalls, place: RunPlace, op: Operation): Promise<string | undefined> {
  const what = "processes that have left its process group (setsid)";
  try {
    const why = await whyAnyLives(calls, place, op);
    return why === undefined ? undefined : `${what}: ${why}`;
  } catch (error) {
    return `${what}: ${reasonOf(error)}`;
  }
}

async function whyAnyLives(calls: GuestCalls, place: RunPlace, op: Operation): Promise<string | undefined> {
  const program = {
    programPath: shell,
    arguments: quoteAllForShell(["-c", endMarkedScript, "sh", markOf(place)]),
    workingDirectory: "/",
  };
  const end = await awaitEnd(calls, await calls.startProgramInGuest(program, op), op);
  if (end === "going on" || end.exitCode === 1) return "they could not be ended";
  return end.exitCode === 0 ? undefined : "the guest has no /proc, in which they could be found";
}
