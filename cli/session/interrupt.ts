/** Ctrl-C and SIGTERM end the command's work, and what it began in guests; a second one ends the command at once. */
class Interrupt {
  readonly #controller = new AbortController();
  #hasLeft = false;

  constructor() {
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (this.#controller.signal.aborted) process.exit(130);
        this.#controller.abort();
      });
    }
  }

  /** As Ctrl-C does. */
  abort(): void {
    this.#controller.abort();
  }

  /** Ends the work without a word, since nobody listens: the exit code is that of a program whose pipe broke. */
  leave(): void {
    process.exitCode = 141;
    this.#hasLeft = true;
    this.#controller.abort();
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
}

/** One for the process. */
export const interrupt = new Interrupt();
