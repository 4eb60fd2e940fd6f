import type { Guest } from "../../../provider/guest/guest";
import type { Operation } from "../../../provider/operation/operation";
import { type GuestCredential, VCenter } from "../../../provider/guest/vcenter-pool";
import { type SimulatedVm, type Simulator, type SimulatorOptions, startSimulator } from "../../../simulator";

/** A guest behind a simulated vCenter, for tests of the facade: the real client talks to it over https. */
export interface SimulatedGuest {
  readonly simulator: Simulator;
  readonly vm: SimulatedVm;
  readonly guest: Guest;
  /** Opens the guest under another login. */
  as(credential: Partial<GuestCredential>): Promise<Guest>;
  /** Names of the requests that `work` makes, in order of arrival. */
  requestsOf<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly requests: string[] }>;
  close(): Promise<void>;
}

/** Starts a simulator with one VM and opens its guest as root. */
export async function openSimulatedGuest(options: SimulatorOptions = {}): Promise<SimulatedGuest> {
  const simulator = await startSimulator({ vms: 1, hosts: 1, ...options });
  const vcenter = new VCenter({
    server: simulator.server,
    user: "administrator@vsphere.local",
    password: "simulated",
    allowUnverifiedSsl: false,
    thumbprint: simulator.thumbprint,
    keepAliveMinutes: 10,
    apiTimeoutMinutes: 1,
  });
  const vm = simulator.vms[0];
  if (vm === undefined) throw new Error("the simulator has no VM");
  const as = (credential: Partial<GuestCredential>) =>
    vcenter.guest(
      { moid: vm.moid },
      { username: "root", password: "simulated", interactiveSession: false, ...credential },
      operation(),
    );
  return {
    simulator,
    vm,
    guest: await as({}),
    as,
    requestsOf: async (work) => {
      simulator.clearCalls();
      const result = await work();
      return { result, requests: simulator.calls.map(({ method }) => method) };
    },
    close: async () => {
      await vcenter.close();
      await simulator.stop();
    },
  };
}

/** An operation that nobody cancels, with a log that can be read. */
export function operation(seconds = 30, signal: AbortSignal = new AbortController().signal) {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const op: Operation = {
    signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]),
    deadlineMs: Date.now() + seconds * 1000,
    log: { debug: () => {}, info: add, warn: add },
    secretInputs: new Set(),
  };
  return { ...op, lines };
}

/** For toMatchObject: text that matches. */
export function told(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}
