import type { VirtualMachine, VmIdentity, VmOptions, VSphere, WorkOptions } from "../../provider/library";
import { GuestError } from "../../provider/errors/guest-error";
import { allDone } from "../../provider/operation/all-done";
import type { Logger } from "../../provider/operation/operation";
import { Slots } from "../../provider/operation/slots";
import { given } from "../../provider/values/given";
import { printable } from "../../provider/values/printable";
import { exitCodes, failureJson, failureText } from "../output/failure";
import { guestLogin, namedMachines, openVSphere } from "./connect";
import type { ConnectionFlags, GuestFlags, MachineFlags } from "./flags";
import { interrupt } from "./interrupt";

/** A machine that a command works on. */
export interface Machine {
  readonly name: string;
  readonly vm: VirtualMachine;
  /** Signal, time limit and messages, for each piece of work. */
  readonly work: WorkOptions;
  /** The command is about several machines. */
  readonly isOneOfMany: boolean;
}

/** What a command does with each machine. */
export interface MachineVerb<R> {
  run(machine: Machine): Promise<R>;
  /** For people; "" says nothing. Left out: nothing is said of what went well. */
  show?(result: R): string;
  /** For programs; default: the result itself. */
  json?(result: R): unknown;
  /** The command's own exit code for a result. Default 0. */
  exitCode?(result: R): number;
}

interface Outcome<R> {
  readonly machine: Machine;
  readonly result?: R;
  readonly error?: unknown;
}

/** Connects, does work on the server, logs out. */
export async function withVSphere<R>(flags: ConnectionFlags, work: (vsphere: VSphere) => Promise<R>): Promise<R> {
  const vsphere = await openVSphere(flags);
  try {
    return await work(vsphere);
  } finally {
    await vsphere.close();
  }
}

/** Signal, time limit and messages as the flags say. */
export function workOptions({ timeout, verbose }: ConnectionFlags): WorkOptions {
  const tell = (message: string) => void process.stderr.write(`vsphere-guest: ${printable(message)}\n`);
  const log: Logger = { debug: () => {}, info: verbose ? tell : () => {}, warn: tell };
  return { signal: interrupt.signal, log, ...given({ timeoutSeconds: timeout }) };
}

/** Carries out a verb on all machines that are named, several at a time; one that fails does not stop the others. */
export async function inMachines<R>(flags: MachineFlags, verb: MachineVerb<R>, login: VmOptions = {}): Promise<void> {
  const named = namedMachines(flags);
  await withVSphere(flags, async (vsphere) => {
    const work = workOptions(flags);
    const selected = await selectedMachines(vsphere, named, work);
    const isOneOfMany = selected.length > 1 || named.some(isGlob);
    const machines = selected.map(({ name, selector }): Machine => ({
      name,
      vm: vsphere.vm(selector, login),
      work,
      isOneOfMany,
    }));
    if (isOneOfMany) return inMany(machines, flags, verb);
    const [machine] = machines;
    if (machine !== undefined) report({ machine, result: await verb.run(machine) }, flags, verb);
  });
}

/** The same for what is done in guests: with a login, and after a wait for Tools where that is wanted. */
export async function inGuests<R>(flags: GuestFlags, verb: MachineVerb<R>): Promise<void> {
  const run = async (machine: Machine) => {
    if (flags.wait) await machine.vm.waitUntilReady(machine.work);
    return verb.run(machine);
  };
  namedMachines(flags);
  await inMachines(flags, { ...verb, run }, await guestLogin(flags));
}

async function inMany<R>(machines: readonly Machine[], flags: MachineFlags, verb: MachineVerb<R>): Promise<void> {
  const slots = new Slots(flags.parallel);
  const outcomes = await allDone(
    machines.map((machine) =>
      slots.run(async (): Promise<Outcome<R>> => {
        try {
          const outcome = { machine, result: await verb.run(machine) };
          if (!flags.json) report(outcome, flags, verb);
          return outcome;
        } catch (error) {
          if (!flags.json) process.stderr.write(`${machine.name}: ${failureText(error)}\n`);
          return { machine, error };
        }
      }, new AbortController().signal),
    ),
  );
  if (flags.json) print(outcomes.map((outcome) => jsonOf(outcome, verb)));
  if (interrupt.isAborted && !interrupt.hasLeft) process.exitCode = exitCodes.interrupted;
  else if (outcomes.some(({ error }) => error !== undefined)) process.exitCode = exitCodes.failure;
}

function report<R>({ machine, result }: Outcome<R>, { json }: MachineFlags, verb: MachineVerb<R>): void {
  const code = verb.exitCode?.(result as R) ?? 0;
  if (code !== 0 && (process.exitCode ?? 0) === 0) process.exitCode = code;
  if (json && !machine.isOneOfMany) return print(plain(result as R, verb));
  const text = verb.show?.(result as R) ?? "";
  if (text === "") return;
  const prefix = machine.isOneOfMany ? `${machine.name}: ` : "";
  process.stdout.write(`${text.replace(/^/gm, prefix)}\n`);
}

function jsonOf<R>({ machine, result, error }: Outcome<R>, verb: MachineVerb<R>): object {
  if (error !== undefined) return { vm: machine.name, ok: false, error: failureJson(error) };
  return { vm: machine.name, ok: true, result: plain(result as R, verb) };
}

function plain<R>(result: R, verb: MachineVerb<R>): unknown {
  return (verb.json === undefined ? result : verb.json(result)) ?? {};
}

/** JSON to stdout. */
export function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

function isGlob(text: string): boolean {
  return /[*?[{]/.test(text) && !text.startsWith("[");
}

interface Selected {
  readonly name: string;
  readonly selector: string | { readonly moid: string };
}

/** The machines that are meant, each once, whatever they are called. */
async function selectedMachines(vsphere: VSphere, named: readonly string[], work: WorkOptions): Promise<Selected[]> {
  const [only] = named;
  // One alone is looked up when it is needed.
  if (named.length === 1 && only !== undefined && !isGlob(only)) return [{ name: only, selector: only }];
  const found = await allDone(named.map((text) => meant(vsphere, text, work)));
  return [...new Map(found.flat().map((one) => [JSON.stringify(one.selector), one])).values()];
}

async function meant(vsphere: VSphere, text: string, work: WorkOptions): Promise<Selected[]> {
  const selected = ({ moid, name }: VmIdentity): Selected => ({ name, selector: { moid } });
  if (isGlob(text)) {
    const found = await vsphere.find(text, work);
    if (found.length > 0) return found.map(({ identity }) => selected(identity));
    throw new GuestError("VM_NOT_FOUND", `No VM fits ${text}, or the user has no right to see it.`);
  }
  try {
    return [selected(await vsphere.vm(text).identity(work))];
  } catch (error) {
    // The others' results are not hidden by it: it is told with them.
    if (error instanceof GuestError && machineErrors.has(error.code)) return [{ name: text, selector: text }];
    throw error;
  }
}

const machineErrors: ReadonlySet<string> = new Set(["VM_NOT_FOUND", "VM_AMBIGUOUS"]);
