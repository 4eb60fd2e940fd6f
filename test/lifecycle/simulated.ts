import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulator";
import type { Host, StartHost } from "./host";
import { DeployedResource } from "./stack";

/** A simulated vCenter, and a host that is configured for it. */
export interface Simulated {
  readonly simulator: Simulator;
  readonly host: Host;
  /** A resource that is not deployed yet. */
  resource(kind: string): DeployedResource;
  stop(): Promise<void>;
}

/** `config`: provider configuration beside, or in place of, what fits the simulator. */
export async function startSimulated(
  startHost: StartHost,
  options: SimulatorOptions = {},
  config: Readonly<Record<string, string>> = {},
): Promise<Simulated> {
  const simulator = await startSimulator(options);
  const host = startHost({ ...configFor(simulator), ...config });
  await host.begin();
  return {
    simulator,
    host,
    resource: (kind) => new DeployedResource(host, kind),
    async stop() {
      await host.close();
      await simulator.stop();
    },
  };
}

/** The provider configuration for a simulator, as stack configuration has it: text. */
export function configFor(simulator: Simulator): Record<string, string> {
  return {
    vsphereServer: simulator.server,
    user: "administrator@vsphere.local",
    password: "simulated",
    caFile: simulator.certificate,
    guestUser: "root",
    guestPassword: "simulated",
  };
}
