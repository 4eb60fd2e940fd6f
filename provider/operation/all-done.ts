/**
 * As Promise.all, but where one fails, the others are waited for before that is told: nothing goes on in a guest behind
 * the back of whoever hears of the failure, and opens the session again that he then closes.
 */
export async function allDone<T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
