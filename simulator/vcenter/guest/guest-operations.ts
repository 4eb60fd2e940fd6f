import { SspiChallenge, VixError, type GuestAgent, type GuestCredential } from "../../guest/guest-agent";
import { throughGate, type GatePolicy, type RunningTask } from "../../machine/guest-gate";
import type { Machine } from "../../machine/machine";
import { Fault } from "../../soap/fault";
import type { ManagedObjectReference } from "../../soap/schema/notation";
import { methodNamed } from "../../soap/schema/tables";
import type { Data, MethodName } from "../../soap/schema/types";
import { faultOfVix, type FaultSubject, type VixFaultOverrides } from "./vix-faults";

/** What an operation inside a guest is called with. */
export interface InGuest {
  readonly vm: ManagedObjectReference;
  readonly auth: Data<"GuestAuthentication">;
}

export interface GuestOperationsPolicy extends GatePolicy {
  readonly vixFaults: VixFaultOverrides;
}

/**
 * Bytes of user input that one operation may carry to the guest: 64 KiB - 5000
 * (docs/reference/guest-operations.md#every-operation).
 */
const inputLimitBytes = 60_536;

/** How the guest managers reach a guest: checks of the host side, then the agent, whose errors become faults. */
export class GuestOperations {
  readonly #machineOf: (vm: ManagedObjectReference) => Machine;
  readonly #policy: GuestOperationsPolicy;
  readonly #runningTask: RunningTask;

  constructor(
    machineOf: (vm: ManagedObjectReference) => Machine,
    policy: GuestOperationsPolicy,
    runningTask: RunningTask,
  ) {
    this.#machineOf = machineOf;
    this.#policy = policy;
    this.#runningTask = runningTask;
  }

  /** Runs one operation in the guest. Throws Fault. */
  async run<T>(
    method: MethodName,
    { vm, auth, ...input }: InGuest & Readonly<Record<string, unknown>>,
    subject: FaultSubject,
    operation: (agent: GuestAgent, credential: GuestCredential, machine: Machine) => Promise<T>,
  ): Promise<T> {
    const machine = this.#machineOf(vm);
    const gate = { privilege: methodNamed(method)?.privilege, interactive: auth.interactiveSession };
    const tooLong = inputBytes([auth, input]) > inputLimitBytes;
    try {
      return await throughGate(machine, gate, this.#policy, this.#runningTask, (agent) => {
        if (tooLong) throw new VixError(44);
        return operation(agent, credentialOf(auth), machine);
      });
    } catch (error) {
      if (error instanceof SspiChallenge) throw challengeFault(error);
      throw error instanceof VixError ? faultOfVix(error.vix, subject, this.#policy.vixFaults) : error;
    }
  }
}

/** The credential in the form of the guest agent's border. */
export function credentialOf({ $type, ...fields }: Data<"GuestAuthentication">): GuestCredential {
  return { type: $type, ...fields } as GuestCredential;
}

function challengeFault({ sspiToken, sessionId }: SspiChallenge): Fault {
  const serverChallenge = { $type: "SSPIAuthentication", interactiveSession: false, sspiToken };
  return new Fault("GuestAuthenticationChallenge", { serverChallenge, sessionID: sessionId });
}

/** Bytes of all strings in a value. */
function inputBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + inputBytes(item), 0);
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return 0;
  return Object.values(value).reduce<number>((sum, item) => sum + inputBytes(item), 0);
}

/** Negative positions are refused before the guest is asked (docs/reference/guest-operations.md#order-of-checks). */
export function refuseNegative(name: string, value: number): void {
  if (value < 0) throw new Fault("InvalidArgument", { invalidProperty: name });
}
