/**
 * A reference to an object that the server holds: managed type name and managed object id
 * (docs/reference/protocol.md#envelope).
 */
export class ManagedObjectReference {
  constructor(
    /** e.g. "VirtualMachine". */
    readonly type: string,
    /** e.g. "vm-42". */
    readonly value: string,
  ) {}

  toString(): string {
    return `${this.type}:${this.value}`;
  }
}
