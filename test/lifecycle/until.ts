const patienceMs = 20_000;

/** Waits for a condition, with patience for a busy machine. */
export async function until(condition: () => boolean): Promise<void> {
  for (const patientUntilMs = Date.now() + patienceMs; !condition();) {
    if (Date.now() > patientUntilMs) throw new Error(`still not so: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
