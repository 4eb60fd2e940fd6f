import { join } from "node:path";
import type { Simulator, SimulatorOptions } from "../../simulator";
import { throughEachHost } from "./each-host";
import type { Host, StartHost } from "./host";
import { startSimulated, type Simulated } from "./simulated";
import type { DeployedResource } from "./stack";

/** Declares rules about one guest, which is started for each host: `vm-1`, the first of its simulator. */
export function inOneGuest(
  rules: (guest: OneGuest) => void,
  options: SimulatorOptions = {},
  config: Readonly<Record<string, string>> = {},
): void {
  throughEachHost((startHost) => {
    const guest = new OneGuest();
    beforeAll(() => guest.start(startHost, { vms: 1, hosts: 1, ...options }, config));
    afterAll(() => guest.stop());
    rules(guest);
  });
}

/** A running guest, and the host that deploys to it. */
export class OneGuest {
  readonly vm = "vm-1";
  #world: Simulated | undefined;

  get simulator(): Simulator {
    return this.world.simulator;
  }
  get host(): Host {
    return this.world.host;
  }

  /** Where the guest's path is on this machine. */
  at(path: string): string {
    return join(this.simulator.vm(this.vm).root, path);
  }

  file(): DeployedResource {
    return this.world.resource("GuestFile");
  }
  directory(): DeployedResource {
    return this.world.resource("GuestDirectory");
  }
  run(): DeployedResource {
    return this.world.resource("GuestProgramRun");
  }
  check(): DeployedResource {
    return this.world.resource("GuestEnvCheck");
  }

  /** What was said to the user while `deploy` went on. */
  async saidIn(deploy: () => Promise<unknown>): Promise<string> {
    const before = this.host.said.length;
    await deploy();
    return this.host.said.slice(before);
  }

  async start(startHost: StartHost, options: SimulatorOptions, config: Readonly<Record<string, string>>) {
    this.#world = await startSimulated(startHost, options, config);
  }
  async stop(): Promise<void> {
    await this.#world?.stop();
  }

  private get world(): Simulated {
    if (this.#world === undefined) throw new Error("the guest has not been started");
    return this.#world;
  }
}
