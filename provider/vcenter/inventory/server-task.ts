import { GuestError } from "../../errors/guest-error";
import { localizedFaultError } from "../../soap/faults";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { Task, taskProperties } from "../../vim/task";
import type { Operation } from "../../operation/operation";
import { cleanupOperation } from "../../operation/deadline";
import { Pauses } from "../../operation/pauses";
import type { VCenterConnection } from "../connection";
import { askServer } from "../server-patience";

/**
 * Waits for the end of a task and returns its result (docs/reference/protocol.md#tasks). Rejects with the error of the
 * task; when `op` ends before, the task is asked to stop. `what` names it in errors: `Powering on VM "web" (vm-42)`.
 */
export async function taskEnded(
  connection: VCenterConnection,
  task: ManagedObjectReference,
  what: () => string,
  op: Operation,
): Promise<{ readonly result: string | undefined }> {
  const pauses = new Pauses({ firstMs: 100, longestMs: 2_000, growth: 1.5 });
  try {
    for (;;) {
      const info = await askServer(connection, what, op, () => readTask(connection, task, op));
      if (info["info.state"] === "success") return { result: info["info.result"]?.text };
      const error = info["info.error"];
      if (info["info.state"] === "error")
        throw error === undefined
          ? new GuestError("SERVER_FAULT", `${what()} failed; the server does not say why.`)
          : localizedFaultError(what(), error);
      await pauses.pass(op.signal);
    }
  } catch (error) {
    if (op.signal.aborted) await cancel(connection, task, op);
    throw error;
  }
}

async function readTask(connection: VCenterConnection, task: ManagedObjectReference, { signal }: Operation) {
  const collector = await connection.propertyCollector({ signal });
  const [found] = await collector.retrieve([task], taskProperties, { signal });
  if (found === undefined) throw new GuestError("SERVER_FAULT", `The task ${task.value} is not known any more.`);
  return found.properties;
}

/** What can't be stopped goes on. */
async function cancel(connection: VCenterConnection, task: ManagedObjectReference, op: Operation): Promise<void> {
  const { signal } = cleanupOperation(op);
  await new Task(connection.soap, task).cancelTask({ signal }).catch(() => {});
}
