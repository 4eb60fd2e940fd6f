import { z } from "zod";
import type { Simulator } from "../simulator";
import { faultTypes } from "../soap/schema/fault-types";
import type { FaultName } from "../soap/schema/types";

/**
 * The switches of a running simulator as JSON objects: `{"command": "powerOff", "vm": "vm-1"}`. They stand in scenario
 * files, and as lines on the command line's stdin.
 */

const vm = z.string().min(1).describe("name or moid of a virtual machine");
const milliseconds = z.number().nonnegative();
const faultName = z.enum(Object.keys(faultTypes) as [FaultName, ...FaultName[]]);
const when = z.enum(["before", "after"]).optional();
const match = {
  method: z.string().min(1).describe("an API method, PUT, GET, or * for any"),
  vm: vm.optional(),
  times: z.int().positive().optional(),
  skip: z.int().nonnegative().optional(),
};
const faultOrVix = z.union([
  z.strictObject({
    ...match,
    when,
    fault: faultName,
    fields: z.record(z.string(), z.unknown()).optional(),
    message: z.string().optional(),
  }),
  z.strictObject({ ...match, when, vix: z.int() }),
]);

type Run = (simulator: Simulator, parameters: unknown) => unknown;

/** A command: the shape of its parameters, and what it does. What it returns is its answer. */
function command<T>(parameters: z.ZodType<T>, run: (simulator: Simulator, parameters: T) => unknown): Run {
  return (simulator, given) => run(simulator, parameters.parse(given));
}

const onVm = z.strictObject({ vm });
const nothing = z.strictObject({});
const connectionState = z.enum(["connected", "disconnected", "orphaned", "inaccessible", "invalid"]);
const toolsState = z.enum(["notInstalled", "notRunning", "rebooting", "running"]);

const commands = {
  powerOn: command(onVm, (s, p) => s.vm(p.vm).powerOn()),
  powerOff: command(onVm, (s, p) => s.vm(p.vm).powerOff()),
  suspend: command(onVm, (s, p) => s.vm(p.vm).suspend()),
  reset: command(onVm, (s, p) => s.vm(p.vm).reset()),
  restartTools: command(onVm, (s, p) => s.vm(p.vm).restartTools()),
  remove: command(onVm, (s, p) => s.vm(p.vm).remove()),
  migrate: command(onVm.extend({ host: z.union([z.string(), z.int()]) }), (s, p) => s.vm(p.vm).migrate(p.host)),
  rename: command(onVm.extend({ name: z.string().min(1) }), (s, p) => s.vm(p.vm).rename(p.name)),
  setToolsState: command(onVm.extend({ state: toolsState }), (s, p) => s.vm(p.vm).setToolsState(p.state)),
  setConnectionState: command(onVm.extend({ state: connectionState }), (s, p) =>
    s.vm(p.vm).setConnectionState(p.state),
  ),
  setBootDelay: command(onVm.extend({ milliseconds }), (s, p) => s.vm(p.vm).setBootDelay(p.milliseconds)),
  setOperationsPerVm: command(onVm.extend({ limit: z.int().positive().nullable() }), (s, p) =>
    s.vm(p.vm).setOperationsPerVm(p.limit ?? Infinity),
  ),
  setInteractive: command(onVm.extend({ interactive: z.boolean() }), (s, p) =>
    s.vm(p.vm).setInteractive(p.interactive),
  ),
  setGuestPassword: command(onVm.extend({ user: z.string(), password: z.string() }), (s, p) =>
    s.vm(p.vm).setGuestPassword(p.user, p.password),
  ),
  setVisible: command(onVm.extend({ user: z.string(), visible: z.boolean() }), (s, p) =>
    s.vm(p.vm).setVisible(p.user, p.visible),
  ),
  setExtraConfig: command(onVm.extend({ key: z.string(), value: z.string() }), (s, p) =>
    s.vm(p.vm).setExtraConfig(p.key, p.value),
  ),
  stepClock: command(onVm.extend({ milliseconds: z.number() }), (s, p) => s.vm(p.vm).stepClock(p.milliseconds)),

  setHostConnected: command(z.strictObject({ host: z.string(), connected: z.boolean() }), (s, p) => {
    s.host(p.host).connected = p.connected;
  }),
  setLatency: command(z.strictObject({ milliseconds }), (s, p) => s.setLatency(p.milliseconds)),
  setPrivileges: command(z.strictObject({ user: z.string(), privileges: z.array(z.string()).nullable() }), (s, p) =>
    s.setPrivileges(p.user, p.privileges ?? undefined),
  ),
  injectFault: command(faultOrVix, (s, p) => s.injectFault(p)),
  resetConnection: command(z.strictObject({ ...match, when }), (s, p) => s.resetConnection(p)),
  httpError: command(z.strictObject({ ...match, status: z.int().min(400).max(599) }), (s, p) => s.httpError(p)),
  delay: command(z.strictObject({ ...match, milliseconds }), (s, p) => s.delay(p)),
  disturbTransfer: command(
    z.strictObject({
      ...match,
      cutAfterBytes: z.int().nonnegative().optional(),
      bytesPerSecond: z.number().positive().optional(),
    }),
    (s, p) => s.disturbTransfer(p),
  ),
  clearDisturbances: command(nothing, (s) => s.clearDisturbances()),
  expireSessions: command(nothing, (s) => s.expireSessions()),
  expireTransfers: command(nothing, (s) => s.expireTransfers()),

  vms: command(nothing, (s) => s.vms.map((one) => one.describe())),
  calls: command(nothing, (s) => s.calls),
  clearCalls: command(nothing, (s) => s.clearCalls()),
  sessions: command(nothing, (s) => s.sessions),
  stop: command(nothing, (s) => s.stop()),
} satisfies Record<string, Run>;

const commandName = z.enum(Object.keys(commands) as [keyof typeof commands]);
const envelope = z.looseObject({ command: commandName });

/**
 * Carries a command out and returns its answer.
 * Errors: ZodError for a wrong command, Error for an unknown machine, host or user.
 */
export async function runCommand(simulator: Simulator, order: unknown): Promise<unknown> {
  const { command: name, ...parameters } = envelope.parse(order);
  return commands[name](simulator, parameters);
}
