import { VCenter } from "../../provider/guest/vcenter-pool";
import type { LifecycleContext } from "../../provider/lifecycle/scope/context";
import { GuestObjects } from "../../provider/lifecycle/scope/guest-objects";
import { PartialFailure } from "../../provider/lifecycle/converge";
import { create } from "../../provider/lifecycle/create";
import { remove } from "../../provider/lifecycle/delete";
import { diff } from "../../provider/lifecycle/diff";
import type { PropertyMap } from "../../provider/properties/property-value";
import { update } from "../../provider/lifecycle/update";
import type { Simulator } from "../../simulator";
import type { Work } from "./works";

/** What a stack's state holds of the resource; undefined when it holds nothing. */
export interface Recorded {
  readonly id: string;
  readonly state: PropertyMap;
}

export interface Outcome {
  readonly recorded: Recorded | undefined;
  readonly error?: Error;
}

const guestLogin = { username: "root", password: "simulated", interactiveSession: false };
const secretInputs: ReadonlySet<string> = new Set();

/** The lifecycle's verbs as one deploy after the other would send them: each in a session of its own. */
export class Deploys {
  readonly warnings: string[] = [];
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  /** Makes the resource what `inputs` say: create, or update where a state is recorded. */
  up(work: Work, inputs: object, recorded: Recorded | undefined): Promise<Outcome> {
    const request = { inputs: inputs as PropertyMap, secretInputs };
    return this.#outcome(recorded, async (context) => {
      const { id, state } =
        recorded === undefined
          ? await create(work.kind, request, context)
          : await update(work.kind, { ...request, ...recorded }, context);
      return { id, state: state as PropertyMap };
    });
  }

  destroy(work: Work, recorded: Recorded): Promise<Outcome> {
    return this.#outcome(recorded, async (context) => {
      await remove(work.kind, { ...recorded, secretInputs }, context);
      return undefined;
    });
  }

  /** The reasons of all differences that a preview shows. */
  differences(work: Work, inputs: object, recorded: Recorded): Promise<string[]> {
    return this.#session(async (context) => {
      const request = {
        ...recorded,
        inputs: inputs as PropertyMap,
        secretInputs,
        recordedSecretInputs: secretInputs,
      };
      return (await diff(work.kind, request, context)).differences.map(({ reason }) => reason);
    });
  }

  #outcome(
    recorded: Recorded | undefined,
    work: (context: LifecycleContext) => Promise<Recorded | undefined>,
  ): Promise<Outcome> {
    return this.#session(async (context) => {
      try {
        return { recorded: await work(context) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (!(error instanceof PartialFailure)) return { recorded, error };
        const { id, state } = error.converged;
        return { recorded: { id, state: state as PropertyMap }, error: error.cause };
      }
    });
  }

  async #session<T>(work: (context: LifecycleContext) => Promise<T>): Promise<T> {
    const source = new VCenter({
      server: this.#simulator.server,
      user: "administrator@vsphere.local",
      password: "simulated",
      allowUnverifiedSsl: false,
      caFile: this.#simulator.certificate,
      keepAliveMinutes: 10,
      apiTimeoutMinutes: 1,
    });
    const warn = (line: string) => void this.warnings.push(line);
    const log = { debug: () => {}, info: () => {}, warn };
    try {
      return await work({
        urn: undefined,
        signal: new AbortController().signal,
        log,
        objects: new GuestObjects(),
        connect: () => ({ source, guestLogin }),
      });
    } finally {
      await source.close();
    }
  }
}
