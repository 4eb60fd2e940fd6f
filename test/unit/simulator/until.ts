import { setTimeout as delay } from "node:timers/promises";

/** Waits until a condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`the condition never held: ${String(condition)}`);
    await delay(10);
  }
}
