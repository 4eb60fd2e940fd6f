/** Plain properties of a resource, as a test writes and reads them. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource as an engine records it. */
export interface Recorded {
  readonly id: string;
  readonly inputs: Properties;
  readonly state: Properties;
}

/** Resource options as a program gives them, as far as a provider has to honour them. */
export interface Options {
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly customTimeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

/** What a program declares, and which of its top-level inputs are secret. */
export interface Declaration {
  readonly kind: string;
  /** The resource's name in its program. */
  readonly name?: string;
  readonly inputs: Properties;
  readonly secrets?: readonly string[];
  readonly options?: Options;
}

/** What a diff tells the engine. */
export interface Diffed {
  readonly changes: boolean;
  /** Property paths for which the object is replaced; top level only where the skin tells no more. */
  readonly replaces: readonly string[];
  /** Where the object is replaced, the old one goes first. */
  readonly deleteBeforeReplace: boolean;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** An error of create or update; `recorded` when the object is there all the same. */
export class WorkFailed extends Error {
  override readonly name = "WorkFailed";
  constructor(
    message: string,
    readonly recorded?: Recorded,
  ) {
    super(message);
  }
}

/**
 * One skin, driven over its real protocol as the engine does. State comes back plain; `secretOutputs` of the last answer
 * tells which properties were marked.
 */
export interface Host {
  readonly name: string;
  /** A new operation: the engine starts a new process for each preview, up, refresh and destroy. */
  begin(): Promise<void>;
  check(declared: Declaration, recorded?: Recorded): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }>;
  diff(declared: Declaration, recorded: Recorded): Promise<Diffed>;
  /** What the engine asks in a preview of a create, check first. Answers with the properties that dependents see. */
  previewCreate(declared: Declaration): Promise<Properties>;
  create(declared: Declaration): Promise<Recorded>;
  update(declared: Declaration, recorded: Recorded): Promise<Recorded>;
  /** Undefined: gone. */
  read(kind: string, recorded: Recorded): Promise<Recorded | undefined>;
  delete(kind: string, recorded: Recorded, options?: Options): Promise<void>;
  /** Names of the outputs that the last create, update or read told, unset ones too. */
  readonly toldOutputs: readonly string[];
  /** Names of the outputs that the last create, update or read marked as secret. */
  readonly secretOutputs: ReadonlySet<string>;
  /** Everything the host has said to the user so far. */
  readonly said: string;
  /** What the engine does when the user cancels. */
  cancel(): Promise<void>;
  /** Kills the process, as when the machine goes down. */
  kill(): Promise<void>;
  /** Kills the engine alone. Resolves with the exit code, or the signal's name, of the provider when it has ended by itself. */
  loseEngine(): Promise<number | string>;
  /** Ends the process as the engine does, and waits for it. */
  close(): Promise<void>;
}

/** Starts a host with this provider configuration (bare names). */
export type StartHost = (config: Readonly<Record<string, string>>) => Host;
