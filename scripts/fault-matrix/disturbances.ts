import type { SimulatedVm, Simulator } from "../../simulator";

/** How long Tools are silent when they restart or the machine boots, in milliseconds. */
const silenceMs = 150;

/** Something that goes wrong at one request. */
export interface Disturbance {
  readonly name: string;
  /** Lets it happen at the request that comes after `skip` others. */
  arm(simulator: Simulator, skip: number): void;
  /** Sessions that the client cannot know of and so cannot close; they end by themselves. */
  orphanSessions?(method: string): number;
}

/** What may happen around any request. */
export const disturbances: readonly Disturbance[] = [
  {
    name: "reset before",
    arm: (simulator, skip) => simulator.resetConnection({ method: "*", skip, when: "before" }),
  },
  {
    name: "reset after",
    arm: (simulator, skip) => simulator.resetConnection({ method: "*", skip, when: "after" }),
    orphanSessions: (method) => (method === "Login" ? 1 : 0),
  },
  {
    name: "HTTP 503",
    arm: (simulator, skip) => simulator.httpError({ method: "*", skip, status: 503 }),
  },
  {
    name: "session expired",
    arm: (simulator, skip) => simulator.onRequest({ method: "*", skip, happens: () => simulator.expireSessions() }),
  },
  {
    name: "TaskInProgress",
    arm: (simulator, skip) => simulator.injectFault({ method: "*", skip, fault: "TaskInProgress" }),
  },
  {
    name: "Tools restart",
    arm: (simulator, skip) =>
      simulator.onRequest({
        method: "*",
        skip,
        happens: async () => {
          const vm = onlyVm(simulator);
          vm.setToolsState("notRunning");
          await vm.restartTools();
          setTimeout(() => vm.setToolsState("running"), silenceMs);
        },
      }),
  },
  {
    name: "power cycle",
    arm: (simulator, skip) =>
      simulator.onRequest({
        method: "*",
        skip,
        happens: async () => {
          const vm = onlyVm(simulator);
          vm.setBootDelay(silenceMs);
          await vm.powerOff();
          vm.powerOn();
        },
      }),
  },
  {
    name: "vMotion",
    arm: (simulator, skip) =>
      simulator.onRequest({ method: "*", skip, happens: () => moveToOtherHost(onlyVm(simulator)) }),
  },
];

const hostOf = new WeakMap<SimulatedVm, number>();

/** The simulators of the matrix have two hosts; machines begin on the first. */
function moveToOtherHost(vm: SimulatedVm): void {
  const host = 1 - (hostOf.get(vm) ?? 0);
  hostOf.set(vm, host);
  vm.migrate(host);
}

export function onlyVm(simulator: Simulator): SimulatedVm {
  const [vm] = simulator.vms;
  if (vm === undefined) throw new Error("the simulator has no VM");
  return vm;
}
