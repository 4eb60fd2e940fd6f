import { join } from "node:path";
import type { Simulator, SimulatorOptions } from "../../simulator";
import { throughEachHost } from "./each-host";
import type { Host, StartHost } from "./host";
import { SharedOperations } from "./shared-operations";
import { startSimulated, type Simulated } from "./simulated";
import { DeployedResource } from "./stack";

/** One rule may have to wait for all others that share its operations. */
export const patienceMs = 240_000;

/** Declares rules about one guest, which is started for each host: `vm-1`, the first of its simulator. */
export function inOneGuest(
  rules: (guest: OneGuest) => void,
  options: SimulatorOptions = {},
  config: Readonly<Record<string, string>> = {},
  through: typeof throughEachHost = throughEachHost,
): void {
  through((startHost) => {
    const guest = new OneGuest();
    beforeAll(() => guest.start(startHost, { vms: 1, hosts: 1, ...options }, config));
    afterAll(() => guest.stop());
    rules(guest);
  });
}

/** A running guest, and the host that deploys to it. */
export class OneGuest {
  readonly vm = "vm-1";
  readonly #operations = new SharedOperations(() => this.host.begin());
  #started: Simulated | undefined;

  /**
   * A test that goes on beside the other rules and shares its operations with theirs, as the resources of one program
   * do. It keeps to paths of its own, to its resources' `said`, and off the simulator's switches: `test` is for those.
   */
  rule(name: string, body: () => Promise<void>): void {
    test(name, this.#operations.add(body), patienceMs);
  }

  /** Does several things in one operation: resources' `…Within`. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.#operations.within(work);
  }

  get simulator(): Simulator {
    return this.#world.simulator;
  }
  get host(): Host {
    return this.#world.host;
  }

  /** Where the guest's path is on this machine. */
  at(path: string): string {
    return join(this.simulator.vm(this.vm).root, path);
  }

  file(): DeployedResource {
    return this.#resource("GuestFile");
  }
  directory(): DeployedResource {
    return this.#resource("GuestDirectory");
  }
  run(): DeployedResource {
    return this.#resource("GuestProgramRun");
  }
  key(): DeployedResource {
    return this.#resource("GuestRegistryKey");
  }
  customization(): DeployedResource {
    return this.#resource("MachineCustomization");
  }
  alias(): DeployedResource {
    return this.#resource("GuestAlias");
  }
  check(): DeployedResource {
    return this.#resource("GuestEnvCheck");
  }

  /** What was said to the user while `deploy` went on. */
  async saidIn(deploy: () => Promise<unknown>): Promise<string> {
    const before = this.host.said.length;
    await deploy();
    return this.host.said.slice(before);
  }

  async start(startHost: StartHost, options: SimulatorOptions, config: Readonly<Record<string, string>>) {
    this.#started = await startSimulated(startHost, options, config);
  }
  async stop(): Promise<void> {
    await this.#started?.stop();
  }

  #resource(kind: string): DeployedResource {
    return new DeployedResource(this.host, kind, (work) => this.together(work));
  }

  get #world(): Simulated {
    if (this.#started === undefined) throw new Error("the guest has not been started");
    return this.#started;
  }
}
