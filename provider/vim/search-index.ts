import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { ManagedObject, type CallOptions } from "./managed-object";
import { optional, reference, repeated } from "./xsd";

/**
 * Finds inventory objects. Nothing found is undefined or empty, never a fault
 * (docs/reference/protocol.md#finding-machines).
 */
export class SearchIndex extends ManagedObject {
  /** `<datacenter>/vm/<folders…>/<name>`; the result may be of any type. */
  findByInventoryPath(inventoryPath: string, call: CallOptions = {}): Promise<ManagedObjectReference | undefined> {
    return this.repeatable("FindByInventoryPath", { inventoryPath }, optional(reference), call);
  }

  /** `instanceUuid` true: config.instanceUuid, unique; false: the BIOS UUID, which copies of a VM may share. */
  findAllByUuid(uuid: string, instanceUuid: boolean, call: CallOptions = {}): Promise<ManagedObjectReference[]> {
    return this.repeatable("FindAllByUuid", { uuid, vmSearch: true, instanceUuid }, repeated(reference), call);
  }

  findAllByIp(ip: string, call: CallOptions = {}): Promise<ManagedObjectReference[]> {
    return this.repeatable("FindAllByIp", { ip, vmSearch: true }, repeated(reference), call);
  }

  findAllByDnsName(dnsName: string, call: CallOptions = {}): Promise<ManagedObjectReference[]> {
    return this.repeatable("FindAllByDnsName", { dnsName, vmSearch: true }, repeated(reference), call);
  }

  /** `[datastore] dir/name.vmx` */
  findByDatastorePath(
    datacenter: ManagedObjectReference,
    path: string,
    call: CallOptions = {},
  ): Promise<ManagedObjectReference | undefined> {
    return this.repeatable("FindByDatastorePath", { datacenter, path }, optional(reference), call);
  }

  findChild(
    entity: ManagedObjectReference,
    name: string,
    call: CallOptions = {},
  ): Promise<ManagedObjectReference | undefined> {
    return this.repeatable("FindChild", { entity, name }, optional(reference), call);
  }
}
