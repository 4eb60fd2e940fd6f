import type { TransferRoute } from "../../provider/vcenter/settings";
import { closeAllVCenters, vcenterFor } from "../../provider/guest/vcenter-pool";
import type { LifecycleContext } from "../../provider/lifecycle/scope/context";
import { GuestObjects } from "../../provider/lifecycle/scope/guest-objects";
import { create } from "../../provider/lifecycle/create";
import { remove } from "../../provider/lifecycle/delete";
import { diff } from "../../provider/lifecycle/diff";
import type { PropertyMap } from "../../provider/properties/property-value";
import { update } from "../../provider/lifecycle/update";
import type { AnyKind } from "../../provider/resources/resource-kind";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator";

const password = "vcenter-password";
const guestPassword = "guest-password";

/** Settings in place of those that fit the simulator. */
export interface Overrides {
  readonly server?: string;
  readonly password?: string;
  readonly guestPassword?: string;
  readonly thumbprint?: string;
  readonly transferHosts?: Readonly<Record<string, string>>;
  readonly transfer?: TransferRoute;
}

export interface Recorded {
  readonly id: string;
  readonly state: PropertyMap;
}

/** The lifecycle's verbs against a simulator of its own, as a skin would call them. */
export class SimulatedLifecycle {
  readonly lines: string[] = [];
  readonly #controller = new AbortController();
  #deploys = 0;
  #objects = new GuestObjects();
  readonly #overrides: Overrides;

  private constructor(
    readonly simulator: Simulator,
    overrides: Overrides = {},
  ) {
    this.#overrides = overrides;
  }

  static async start(options: SimulatorOptions = {}): Promise<SimulatedLifecycle> {
    return new SimulatedLifecycle(await startSimulator({ vms: 1, hosts: 1, password, guestPassword, ...options }));
  }

  /** The same simulator, reached with other settings. */
  with(overrides: Overrides): SimulatedLifecycle {
    return new SimulatedLifecycle(this.simulator, { ...this.#overrides, ...overrides });
  }

  get context(): LifecycleContext {
    const say = (line: string) => void this.lines.push(line);
    const { server, thumbprint, transferHosts, transfer } = this.#overrides;
    const trust = thumbprint === undefined ? { caFile: this.simulator.certificate } : { thumbprint };
    const transfers = {
      ...(transferHosts === undefined ? {} : { transferHosts }),
      ...(transfer === undefined ? {} : { transfer }),
    };
    return {
      urn: undefined,
      signal: this.#controller.signal,
      log: { debug: () => {}, info: say, warn: say },
      objects: this.#objects,
      connect: () => ({
        source: vcenterFor({
          server: server ?? this.simulator.server,
          user: "administrator@vsphere.local",
          password: this.#overrides.password ?? password,
          allowUnverifiedSsl: false,
          // Other settings, another pooled vCenter: each deploy is a process of its own and has seen nothing yet.
          keepAliveMinutes: 10 + this.#deploys,
          apiTimeoutMinutes: 1,
          ...trust,
          ...transfers,
        }),
        guestLogin: {
          username: "root",
          password: this.#overrides.guestPassword ?? guestPassword,
          interactiveSession: false,
        },
      }),
    };
  }

  async create(kind: AnyKind, inputs: object, secretInputs: readonly string[] = [], name?: string): Promise<Recorded> {
    const { id, state } = await create(
      kind,
      { inputs: inputs as PropertyMap, secretInputs: new Set(secretInputs) },
      this.#contextOf(kind, name),
    );
    return { id, state: state as PropertyMap };
  }

  async update(kind: AnyKind, { id, state }: Recorded, inputs: object, name?: string): Promise<Recorded> {
    const request = { id, state, inputs: inputs as PropertyMap, secretInputs: new Set<string>() };
    const updated = await update(kind, request, this.#contextOf(kind, name));
    return { id: updated.id, state: updated.state as PropertyMap };
  }

  /** The reasons of all differences, as a preview in a process of its own finds them. */
  async differences(kind: AnyKind, recorded: Recorded, inputs: object): Promise<string[]> {
    await this.newDeploy();
    return this.differencesNow(kind, recorded, inputs);
  }

  /** What comes now comes from another process, which has seen nothing yet. */
  async newDeploy(): Promise<void> {
    await closeAllVCenters();
    this.#deploys += 1;
    this.#objects = new GuestObjects();
  }

  /** The reasons of all differences, within the deploy under way. */
  async differencesNow(kind: AnyKind, { id, state }: Recorded, inputs: object): Promise<string[]> {
    const request = {
      id,
      state,
      inputs: inputs as PropertyMap,
      secretInputs: new Set<string>(),
      recordedSecretInputs: new Set<string>(),
    };
    return (await diff(kind, request, this.context)).differences.map(({ reason }) => reason);
  }

  async remove(kind: AnyKind, { id, state }: Recorded): Promise<void> {
    await remove(kind, { id, state, secretInputs: new Set<string>() }, this.context);
  }

  /** `name`: of the resource in its program, where that matters. */
  #contextOf(kind: AnyKind, name: string | undefined): LifecycleContext {
    const urn = name === undefined ? undefined : `urn:pulumi:dev::test::vsphere-guest:index:${kind.token}::${name}`;
    return { ...this.context, urn };
  }

  async stop(): Promise<void> {
    await closeAllVCenters();
    await this.simulator.stop();
  }
}
