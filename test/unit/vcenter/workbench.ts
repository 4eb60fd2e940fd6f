import { VCenter, type VCenterSettings } from "../../../provider/guest/vcenter-pool";
import type { Operation } from "../../../provider/operation/operation";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";

/** Runs `use` with a simulator of its own, and ends it whatever happens. */
export async function withSimulator(options: SimulatorOptions, use: (simulator: Simulator) => Promise<void>) {
  const simulator = await startSimulator({ sandbox: "off", ...options });
  try {
    await use(simulator);
  } finally {
    await simulator.stop();
  }
}

/** Settings that reach a simulator and trust it. */
export function settingsFor(simulator: Simulator, changes: Partial<VCenterSettings> = {}): VCenterSettings {
  return {
    server: simulator.server,
    user: "administrator@vsphere.local",
    password: "simulated",
    allowUnverifiedSsl: false,
    caFile: simulator.certificate,
    keepAliveMinutes: 10,
    apiTimeoutMinutes: 1,
    ...changes,
  };
}

/** Runs `use` with a VCenter on a simulator; both end whatever happens. */
export async function withVCenter(
  options: SimulatorOptions,
  use: (vcenter: VCenter, simulator: Simulator) => Promise<void>,
  changes: Partial<VCenterSettings> = {},
) {
  await withSimulator(options, async (simulator) => {
    const vcenter = new VCenter(settingsFor(simulator, changes));
    try {
      await use(vcenter, simulator);
    } finally {
      await vcenter.close();
    }
  });
}

export const root = { username: "root", password: "simulated", interactiveSession: false };

/** An operation that may take so long. Its log lines are kept. */
export function operation(timeoutMs = 30_000, signal?: AbortSignal): Operation & { readonly lines: string[] } {
  const lines: string[] = [];
  const add = (message: string) => void lines.push(message);
  return {
    signal: signal ?? new AbortController().signal,
    deadlineMs: Date.now() + timeoutMs,
    log: { debug: add, info: add, warn: add },
    secretInputs: new Set(),
    lines,
  };
}

/** The methods that the server has seen, in order. */
export function methods(simulator: Simulator): string[] {
  return simulator.calls.map((call) => call.method);
}
