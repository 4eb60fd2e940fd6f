import { setTimeout as delay } from "node:timers/promises";

/** Patience for a busy machine, below the time that a test has. */
const patienceMs = 40_000;
const betweenLooksMs = 10;

/** Waits for a condition, and tells in the end what never came about: the condition's own text unless `what` says more. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: () => string = () => condition.toString(),
): Promise<void> {
  for (const patientUntilMs = Date.now() + patienceMs; !(await condition());) {
    if (Date.now() > patientUntilMs) throw new Error(`still not so: ${what()}`);
    await delay(betweenLooksMs);
  }
}
