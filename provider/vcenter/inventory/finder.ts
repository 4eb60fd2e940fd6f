import { hasCode, type GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import type { RetrievedObject } from "../../vim/property-collector";
import { SearchIndex } from "../../vim/search-index";
import { extraConfigProperties, guestNetworkProperties, virtualMachineProperties } from "../../vim/virtual-machine";
import type { GuestNetwork } from "../machine";
import { inventoryPaths } from "./inventory-paths";
import { InventoryNames } from "./names";
import type { VCenterConnection } from "../connection";
import { ambiguousVm, unknownVm } from "./lookup-error";
import { vmRecord, type VmRecord } from "./record";
import { readingsOf, type VmQuery, type VmSelector } from "./selector";

/** So often all machines are listed, while some of them go. */
const listings = 5;

/** Finds VMs in the inventory of one server (docs/reference/protocol.md#finding-machines). */
export class VmFinder {
  readonly #connection: VCenterConnection;
  readonly #vmNames: InventoryNames;
  readonly #datacenters: InventoryNames;

  constructor(connection: VCenterConnection) {
    this.#connection = connection;
    this.#vmNames = new InventoryNames(connection, "VirtualMachine");
    this.#datacenters = new InventoryNames(connection, "Datacenter");
  }

  /** The one VM that is meant. VM_NOT_FOUND names similar ones, VM_AMBIGUOUS lists those that match. */
  async find(selector: VmSelector, call: CallOptions): Promise<VmRecord> {
    const startedMs = Date.now();
    const readings = readingsOf(selector);
    let records = await this.#matching(readings, call);
    if (records.length === 0) records = await this.#named(readings, startedMs, call);
    const [record] = records;
    if (records.length > 1) throw await this.#ambiguous(selector, records, call);
    if (record !== undefined) return record;
    throw unknownVm(selector, this.#connection, await this.#vmNames.recent(call).catch(() => []));
  }

  /** Reads VMs anew; those that are gone are left out. */
  async read(references: readonly ManagedObjectReference[], call: CallOptions): Promise<VmRecord[]> {
    try {
      return await this.#records(references, call);
    } catch (error) {
      if (!hasCode(error, "VM_NOT_FOUND")) throw error;
      // The fault tells nothing of the others.
      if (references.length === 1) return [];
      return (await allDone(references.map((one) => this.read([one], call)))).flat();
    }
  }

  /** All VMs that the user may see; those whose configuration can't be read yet are left out. */
  async all(call: CallOptions): Promise<VmRecord[]> {
    let listed = await this.#vmNames.recent(call);
    for (let attempt = 1; ; attempt += 1) {
      const startedMs = Date.now();
      try {
        return await this.#records(
          listed.map(({ reference }) => reference),
          call,
          ({ properties }) => Boolean(properties["config.instanceUuid"] && properties["runtime.powerState"]),
        );
      } catch (error) {
        // One that went meanwhile: the fault tells nothing of the others.
        if (!hasCode(error, "VM_NOT_FOUND") || attempt === listings) throw error;
        listed = await this.#vmNames.recent(call, startedMs);
      }
    }
  }

  /** The machine's own settings by name: config.extraConfig. */
  async extraConfig(vm: ManagedObjectReference, call: CallOptions): Promise<ReadonlyMap<string, string>> {
    const [found] = await (await this.#collector(call)).retrieve([vm], extraConfigProperties, call);
    return new Map((found?.properties["config.extraConfig"] ?? []).map(({ key, value }) => [key, value]));
  }

  /** Inventory paths, `/DC0/vm/web`, by managed object id; those that can't be told whole are left out. */
  async paths(moids: readonly string[], call: CallOptions): Promise<ReadonlyMap<string, string>> {
    const { rootFolder } = await this.#connection.content(call);
    const vms = moids.map((moid) => new ManagedObjectReference("VirtualMachine", moid));
    return inventoryPaths(vms, { collector: await this.#collector(call), rootFolder }, call);
  }

  /** The network adapters of a VM's guest; none where Tools never told. */
  async networks(vm: ManagedObjectReference, call: CallOptions): Promise<GuestNetwork[]> {
    const [found] = await (await this.#collector(call)).retrieve([vm], guestNetworkProperties, call);
    return (found?.properties["guest.net"] ?? []).map(({ network, macAddress, connected, ipAddress }) => ({
      network,
      macAddress,
      connected,
      ipAddresses: ipAddress,
    }));
  }

  async #records(
    references: readonly ManagedObjectReference[],
    call: CallOptions,
    wanted: (vm: RetrievedObject<typeof virtualMachineProperties>) => boolean = () => true,
  ): Promise<VmRecord[]> {
    if (references.length === 0) return [];
    const found = await (await this.#collector(call)).retrieve(references, virtualMachineProperties, call);
    const server = await this.#connection.identity(call);
    return found.filter(wanted).map((vm) => vmRecord(vm, server));
  }

  /** All VMs that fit a reading, each once. */
  async #matching(readings: readonly VmQuery[], call: CallOptions): Promise<VmRecord[]> {
    // A moid names an object that need not exist: it is read while the others are searched for.
    const moids = readings.filter(({ by }) => by === "moid");
    const [read, found] = await allDone([
      this.read(
        moids.map(({ value }) => new ManagedObjectReference("VirtualMachine", value)),
        call,
      ),
      allDone(readings.map((reading) => this.#search(reading, call))),
    ]);
    const known = new Set(read.map(({ reference }) => reference.value));
    const others = found.flat().filter(({ type, value }) => type === "VirtualMachine" && !known.has(value));
    const distinct = new Map(others.map((reference) => [reference.value, reference]));
    return [...read, ...(await this.read([...distinct.values()], call))];
  }

  async #search({ by, value }: VmQuery, call: CallOptions): Promise<ManagedObjectReference[]> {
    if (by === "moid") return [];
    if (by !== "name") return this.#searchIndexed(by, value, call);
    try {
      return await this.#vmNames.named(value, call);
    } catch (error) {
      // To a login that may not look from the top of the inventory no text is a name.
      if (hasCode(error, "VCENTER_PERMISSION_DENIED")) return [];
      throw error;
    }
  }

  /** The VMs of that name as of `sinceMs` or later, where a name is one of the readings. */
  async #named(readings: readonly VmQuery[], sinceMs: number, call: CallOptions): Promise<VmRecord[]> {
    const name = readings.find(({ by }) => by === "name")?.value;
    return name === undefined ? [] : this.read(await this.#vmNames.named(name, call, sinceMs), call);
  }

  async #ambiguous(selector: VmSelector, records: readonly VmRecord[], call: CallOptions): Promise<GuestError> {
    const { rootFolder } = await this.#connection.content(call);
    const inventory = { collector: await this.#collector(call), rootFolder };
    return ambiguousVm(selector, records, inventory, call);
  }

  async #searchIndexed(
    by: Exclude<VmQuery["by"], "moid" | "name">,
    value: string,
    call: CallOptions,
  ): Promise<ManagedObjectReference[]> {
    const index = await this.#searchIndex(call);
    switch (by) {
      case "instanceUuid":
        return index.findAllByUuid(value, true, call);
      case "biosUuid":
        return index.findAllByUuid(value, false, call);
      case "inventoryPath":
        return defined([await index.findByInventoryPath(value.replace(/^\/+/, ""), call)]);
      case "dnsName":
        return index.findAllByDnsName(value, call);
      case "ipAddress":
        return index.findAllByIp(value, call);
      case "datastorePath": {
        const datacenters = await this.#datacenters.recent(call);
        return defined(
          await allDone(datacenters.map(({ reference }) => index.findByDatastorePath(reference, value, call))),
        );
      }
    }
  }

  async #searchIndex(call: CallOptions): Promise<SearchIndex> {
    const { searchIndex } = await this.#connection.content(call);
    return new SearchIndex(
      this.#connection.soap,
      searchIndex ?? new ManagedObjectReference("SearchIndex", "SearchIndex"),
    );
  }

  #collector(call: CallOptions) {
    return this.#connection.propertyCollector(call);
  }
}

function defined<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item): item is T => item !== undefined);
}
