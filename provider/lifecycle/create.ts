import type { AnyKind } from "../resources/resource-kind";
import { converge, recordingFailure, withTask, type Converged, type ConvergeRequest } from "./converge";
import type { LifecycleContext } from "./scope/context";

export type CreateRequest = Omit<ConvergeRequest, "id" | "state">;

/** Makes the object. Waits for VMware Tools; rejects with GuestError, or with PartialFailure when something was made. */
export async function create(kind: AnyKind, request: CreateRequest, context: LifecycleContext): Promise<Converged> {
  return recordingFailure(kind, request, context, () =>
    withTask(kind, request, context, (task) => converge(kind, request, task, context)),
  );
}
