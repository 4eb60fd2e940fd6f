import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { ManagedObject, type CallOptions } from "./managed-object";
import { reference, required } from "./xsd";

/**
 * Makes views: lists of inventory objects that the server keeps for the session
 * (docs/reference/protocol.md#finding-machines).
 */
export class ViewManager extends ManagedObject {
  /** All objects of `type` below `container`. A spare view does no harm: it ends with the session. */
  createContainerView(
    container: ManagedObjectReference,
    type: string,
    recursive: boolean,
    call: CallOptions = {},
  ): Promise<ManagedObjectReference> {
    return this.repeatable("CreateContainerView", { container, type, recursive }, required(reference), call);
  }
}
