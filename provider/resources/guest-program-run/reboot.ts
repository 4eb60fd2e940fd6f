import { type GuestErrorCode, hasCode } from "../../errors/guest-error";
import type { GuestBoot } from "../../guest/guest";
import type { GuestWork } from "../resource-kind";
import type { DecodedResult } from "./code-page";
import { isAccepted, isRebootAsked } from "./exit-code";
import type { GuestProgramRunTask } from "./schema";

/** How a run ends that the reboot cuts off while Tools are away. */
const silenced: readonly GuestErrorCode[] = [
  "VM_NOT_READY",
  "GUEST_LOGIN_FAILED",
  "SERVER_FAULT",
  "VCENTER_UNREACHABLE",
];

/**
 * Does `run`, and waits for the reboot that follows where the resource says so: after an exit code of
 * `rebootExitCodes`, and with `expectReboot` after every run that went well. Undefined: the reboot cut the run off.
 */
export async function throughReboot(
  task: GuestProgramRunTask,
  run: () => Promise<DecodedResult>,
): Promise<DecodedResult | undefined> {
  const { guest, want, op } = task;
  if (want.rebootExitCodes === undefined && want.expectReboot !== true) return run();
  const before = await guest.boots.current(op);
  try {
    const result = await run();
    const isReboot = isRebootAsked(want, result) || (want.expectReboot === true && isAccepted(want, result));
    if (isReboot) await guest.boots.waitForNext(before, op);
    return result;
  } catch (error) {
    if (want.expectReboot !== true || !(await wasCutOff(task, error, before))) throw error;
    op.log.info(`${guest.vm.name}: the reboot has ended the run, which counts as done`);
    return undefined;
  }
}

async function wasCutOff({ guest, op }: GuestWork, error: unknown, before: GuestBoot): Promise<boolean> {
  if (hasCode(error, "PROGRAM_FAILED")) return guest.boots.isAnother(before, op);
  if (op.signal.aborted || !silenced.some((code) => hasCode(error, code))) return false;
  await guest.boots.waitForNext(before, op);
  return true;
}
