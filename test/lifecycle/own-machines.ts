import { join } from "node:path";
import type { SimulatedVm, SimulatorOptions } from "../../simulator";
import { throughEachHost } from "./each-host";
import type { Host } from "./host";
import { patienceMs } from "./one-guest";
import { SharedOperations } from "./shared-operations";
import { startSimulated, type Simulated } from "./simulated";
import { DeployedResource } from "./stack";

/** A machine for each rule, some for rules that CI tries again, and one that no rule has. */
const machines = 10;

/** What a rule is about: a machine of its own, `machine-<n>`. */
export class OwnMachine {
  readonly #world: Simulated;

  constructor(
    readonly machine: SimulatedVm,
    world: Simulated,
    readonly operations: SharedOperations,
  ) {
    this.#world = world;
  }

  get vm(): string {
    return this.machine.name;
  }
  get host(): Host {
    return this.#world.host;
  }
  get simulator() {
    return this.#world.simulator;
  }

  /** A machine that no rule has. */
  get another(): SimulatedVm {
    return this.simulator.vm(`machine-${machines}`);
  }

  /** Where the guest's path is on this machine. */
  at(path: string): string {
    return join(this.machine.root, path);
  }

  /** A resource that is not deployed yet. */
  resource(kind: string): DeployedResource {
    return new DeployedResource(this.host, kind, (work) => this.operations.within(work));
  }
}

export type Rule = (own: OwnMachine) => Promise<void>;

/** Declares rules that have a machine each, through each host. */
export function inOwnMachines(rules: (declare: OwnMachines) => void, options: SimulatorOptions = {}): void {
  throughEachHost((startHost) => {
    let world: Simulated;
    let number = 0;
    const operations = new SharedOperations(() => world.host.begin());

    beforeAll(async () => {
      const vms = Array.from({ length: machines }, (_, index) => ({ name: `machine-${index + 1}` }));
      world = await startSimulated(startHost, { ...options, vms, hosts: 1 });
    });
    afterAll(() => world.stop());

    const inNextMachine = (body: Rule) => () => {
      number += 1;
      return body(new OwnMachine(world.simulator.vm(`machine-${number}`), world, operations));
    };

    rules({
      rule: (name, body) => test(name, operations.add(inNextMachine(body)), patienceMs),
      alone: (name, body) => test(name, inNextMachine(body)),
    });
  });
}

export interface OwnMachines {
  /** Goes on beside the other rules and shares operations with them: keeps off the simulator's switches. */
  readonly rule: (name: string, body: Rule) => void;
  /** Goes on alone, once the rules before it have ended. */
  readonly alone: (name: string, body: Rule) => void;
}
