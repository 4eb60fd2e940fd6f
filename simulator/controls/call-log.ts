/** One request as the server saw it: a SOAP call, or a PUT or GET of a file transfer. */
export interface CallRecord {
  /** API method, `PUT` or `GET` for transfers, `?` for a request that could not be read. */
  readonly method: string;
  /** Managed object id of the virtual machine concerned. */
  readonly vm?: string;
  /** vCenter user, undefined before login and for transfers. */
  readonly user?: string;
  /** Epoch milliseconds of the request's arrival. */
  readonly startedAtMs: number;
  readonly durationMilliseconds: number;
  readonly httpStatus: number;
  /** Type of the fault answered. */
  readonly fault?: string;
  /** Bytes carried by a transfer. */
  readonly sizeBytes?: number;
}

/** The last requests, oldest first; beyond the limit the oldest are dropped. */
export class CallLog {
  #records: CallRecord[] = [];
  readonly #limit: number;

  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  add(record: CallRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#limit * 1.1) this.#records = this.#records.slice(-this.#limit);
  }

  /** A copy that later requests do not change. */
  get records(): readonly CallRecord[] {
    return this.#records.slice();
  }

  clear(): void {
    this.#records = [];
  }
}
