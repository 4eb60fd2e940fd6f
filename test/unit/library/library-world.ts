import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type VirtualMachine, type VSphere } from "../../../provider/library";
import { configFor } from "../../lifecycle/simulated";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";

/** A program's view of a simulated vCenter: the library connected to it, one machine, a directory on this machine. */
export interface LibraryWorld {
  readonly simulator: Simulator;
  readonly vsphere: VSphere;
  readonly vm: VirtualMachine;
  readonly local: (name: string) => string;
  /** Where the guest's path is on this machine. */
  readonly at: (path: string) => string;
  stop(): Promise<void>;
}

export async function startLibraryWorld(options: SimulatorOptions = {}): Promise<LibraryWorld> {
  const simulator = await startSimulator({ vms: 1, hosts: 1, ...options });
  const directory = mkdtempSync(join(tmpdir(), "library-"));
  const vsphere = connect(configFor(simulator));
  return {
    simulator,
    vsphere,
    vm: vsphere.vm("vm-1"),
    local: (name) => join(directory, name),
    at: (path) => join(simulator.vm("vm-1").root, path),
    async stop() {
      await vsphere.close();
      await simulator.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
