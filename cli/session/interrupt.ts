/** Ctrl-C and SIGTERM end the command's work, and what it began in guests; a second one ends the command at once. */
class Interrupt {
  readonly #controller = new AbortController();
  #isListening = false;
  #hasLeft = false;

  /** Asked for by work that begins: from then on signals are heard. */
  get signal(): AbortSignal {
    this.#listen();
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** True when the reader of the output has left: there is nobody to say anything to. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** As Ctrl-C does. */
  abort(): void {
    this.#controller.abort();
  }

  /** Ends the work without a word; the exit code is that of a program whose pipe broke. */
  leave(): void {
    process.exitCode = 141;
    this.#hasLeft = true;
    this.#controller.abort();
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (this.isAborted) process.exit(130);
        this.#controller.abort();
      });
    }
  }
}

/** One for the process. */
export const interrupt = new Interrupt();
