import type { DataObject } from "./schema/notation";
import type { FaultName } from "./schema/types";
import { faultText } from "./fault-texts";

/** A vSphere fault on its way to the client: type name, fields beyond those of MethodFault, and text. */
export class Fault extends Error {
  override readonly name = "Fault";
  constructor(
    readonly type: FaultName,
    readonly fields: Readonly<Record<string, unknown>> = {},
    text: string = faultText(type, fields),
  ) {
    super(text);
  }

  /**
   * The fault as a LocalizedMethodFault: in tasks and in missingSet (docs/reference/protocol.md#faults-on-the-wire).
   */
  localized(): { readonly fault: DataObject; readonly localizedMessage: string } {
    return { fault: { $type: this.type, ...this.fields }, localizedMessage: this.message };
  }
}
