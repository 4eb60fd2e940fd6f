/** A one-shot timer that may be cancelled and does not keep the process alive. No delay: done at once. */
export class BootTimer {
  #timer: NodeJS.Timeout | undefined;

  start(delayMilliseconds: number, done: () => void): void {
    this.cancel();
    if (delayMilliseconds <= 0) {
      done();
      return;
    }
    this.#timer = setTimeout(done, delayMilliseconds);
    this.#timer.unref();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
