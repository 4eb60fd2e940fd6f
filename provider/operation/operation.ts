/** Where progress and warnings go. Text only, for people; never a secret. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

/** The context of one piece of work: passed explicitly to everything that may wait or talk. */
export interface Operation {
  /** Aborts the work: Pulumi's Cancel, SIGINT, or the deadline. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds after which no new attempt is made. */
  readonly deadlineMs: number;
  readonly log: Logger;
  /**
   * How long a look waits for who does not answer, in milliseconds. Left out: it is work, which waits until its deadline.
   */
  readonly patienceMs?: number;
  /** Notes what is waited for now, for the error that ends the operation when its time is over. */
  readonly waitsFor?: (what: () => string) => void;
  /** Names of the top-level inputs whose values come from secrets; such values never travel in arguments. */
  readonly secretInputs: ReadonlySet<string>;
  /**
   * Keeps tidying up until what comes out of the operation is recorded, and drops it where nobody is there to record:
   * what it would remove is then found by the next deploy. Left out: it is done at once.
   */
  readonly onceRecorded?: (tidyUp: () => Promise<void>) => void;
}
