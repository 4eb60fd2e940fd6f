import { connect } from "../config/connection";
import type { LifecycleContext } from "../lifecycle/scope/context";
import { GuestError } from "../errors/guest-error";
import { guestFunctions, type AnyFunction } from "../functions";
import type { ProcessScope } from "../lifecycle/scope/process-scope";
import { resourceKinds } from "../resources";
import type { AnyKind } from "../resources/resource-kind";
import { tokenOf } from "../vocabulary/tokens";
import type { EngineLog } from "./engine-log";

/** What the handlers of one provider share: its configuration, the kinds, the way to the user. */
export class Plugin {
  #config: Readonly<Record<string, unknown>> = {};
  readonly #kinds: ReadonlyMap<string, AnyKind>;

  constructor(
    readonly scope: ProcessScope,
    readonly log: EngineLog,
  ) {
    this.#kinds = new Map(resourceKinds.map((kind) => [tokenOf(kind.token), kind]));
  }

  /** Keeps the configuration; nothing is connected before it is needed. */
  configure(config: Readonly<Record<string, unknown>>): void {
    this.#config = config;
  }

  /** The kind that a resource's URN names: `urn:pulumi:stack::project::parent$type::name`. */
  kindOf(urn: string): AnyKind {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const kind = this.#kinds.get(type);
    if (kind !== undefined) return kind;
    throw new GuestError(
      "INVALID_INPUT",
      `vsphere-guest has no resource ${type}; it has ${[...this.#kinds.keys()].join(", ")}`,
    );
  }

  /** The function of a token such as `vsphere-guest:index:getFile`. */
  functionOf(token: string): AnyFunction | undefined {
    return guestFunctions.find((one) => tokenOf(one.token) === token);
  }

  /** `urn` is empty for work that belongs to no resource. */
  context(urn: string): LifecycleContext {
    return {
      urn: urn === "" ? undefined : urn,
      signal: this.scope.signal,
      onceRecorded: (tidyUp) => this.scope.onceRecorded(tidyUp),
      log: this.log.of(urn),
      objects: this.scope.objects,
      connect: () => connect((name) => this.#config[name]),
    };
  }
}
