import { ManagedObject, nothing, type CallOptions } from "./managed-object";
import { anyType, integer, oneOf } from "./xsd";

/** Properties of Task to poll; `info.error` is a LocalizedMethodFault (docs/reference/protocol.md#tasks). */
export const taskProperties = {
  "info.state": oneOf("queued", "running", "success", "error"),
  "info.progress": integer,
  "info.error": anyType,
  "info.result": anyType,
};

/** A piece of work that goes on in the server; forgotten about 10 minutes after its end. */
export class Task extends ManagedObject {
  cancelTask(call: CallOptions = {}): Promise<void> {
    return this.once("CancelTask", {}, nothing, call);
  }
}
