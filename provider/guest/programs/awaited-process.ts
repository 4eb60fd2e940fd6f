import { delay } from "../../operation/abort";
import type { Operation } from "../../operation/operation";
import type { GuestCalls } from "../calls/guest-calls";

/** Tools tell the end of a process with the next whole second. */
const pauseMs = 300;
const looks = 20;

/** What became of a short helper program in the guest. */
export type AwaitedEnd = "going on" | { readonly exitCode: number | undefined };

/** Waits some seconds for the end of the process `pid`. */
export async function awaitEnd(calls: GuestCalls, pid: number, op: Operation): Promise<AwaitedEnd> {
  for (let look = 0; look < looks; look += 1) {
    const [process] = await calls.listProcessesInGuest([pid], op);
    if (process === undefined || process.endTime !== undefined) return { exitCode: process?.exitCode };
    await delay(pauseMs, op.signal);
  }
  return "going on";
}
