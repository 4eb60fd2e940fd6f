/** Ctrl-C and SIGTERM end the command's work, and what it began in guests; a second one ends the command at once. */
class Interrupt {
  readonly #controller = new AbortController();

  constructor() {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (this.#controller.signal.aborted) process.exit(130);
        this.#controller.abort();
      });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
}

/** One for the process. */
export const interrupt = new Interrupt();
