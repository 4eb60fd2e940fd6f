import { faultOf, GuestError } from "../../errors/guest-error";
import { follow } from "../../operation/abort";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import { ViewManager } from "../../vim/view-manager";
import { text } from "../../vim/xsd";
import type { VCenterConnection } from "../connection";

export interface NamedObject {
  readonly reference: ManagedObjectReference;
  readonly name: string;
}

const recentMs = 5_000;

/** The names of all objects of one type in an inventory; many lookups at a time share one listing. */
export class InventoryNames {
  readonly #connection: VCenterConnection;
  readonly #type: string;
  /** Kept until logout: destroying it would be one more request each time. */
  #view: ManagedObjectReference | undefined;
  #listing: { readonly startedMs: number; readonly names: Promise<NamedObject[]> } | undefined;

  constructor(connection: VCenterConnection, type: string) {
    this.#connection = connection;
    this.#type = type;
  }

  /** All names, as of `sinceMs` or later; left out: as of the last few seconds. */
  recent({ signal }: CallOptions, sinceMs = Date.now() - recentMs): Promise<NamedObject[]> {
    const listing = this.#listing;
    const isRecent = listing !== undefined && listing.startedMs >= sinceMs;
    return follow(isRecent ? listing.names : this.#list(), signal);
  }

  /** The objects of that name, as of `sinceMs` or later; left out: as of the last few seconds. */
  async named(name: string, call: CallOptions, sinceMs?: number): Promise<ManagedObjectReference[]> {
    const objects = await this.recent(call, sinceMs);
    return objects.filter((object) => object.name === name).map(({ reference }) => reference);
  }

  #list(): Promise<NamedObject[]> {
    // Shared: not for one of the callers to cancel.
    const listing = { startedMs: Date.now(), names: this.#read({}) };
    this.#listing = listing;
    listing.names.catch(() => {
      if (this.#listing === listing) this.#listing = undefined;
    });
    return listing.names;
  }

  /** Again where the view is gone: it ended with the session in which it was made. Of a view just made, only once. */
  async #read(call: CallOptions, hasLostNewView = false): Promise<NamedObject[]> {
    const kept = this.#view;
    try {
      return await this.#readView((this.#view ??= await this.#createView(call)), call);
    } catch (error) {
      this.#view = undefined;
      if (hasLostNewView || faultOf(error, "ManagedObjectNotFound") === undefined) throw error;
      return this.#read(call, kept === undefined);
    }
  }

  async #readView(view: ManagedObjectReference, call: CallOptions): Promise<NamedObject[]> {
    const collector = await this.#connection.propertyCollector(call);
    const found = await collector.retrieveFromView(view, this.#type, { name: text }, call);
    return found.map(({ reference, properties }) => ({ reference, name: decodeInventoryName(properties.name ?? "") }));
  }

  async #createView(call: CallOptions): Promise<ManagedObjectReference> {
    const { viewManager, rootFolder } = await this.#connection.content(call);
    if (viewManager === undefined) throw new GuestError("PROTOCOL_ERROR", "The server has no ViewManager.");
    return new ViewManager(this.#connection.soap, viewManager).createContainerView(rootFolder, this.#type, true, call);
  }
}

/** In inventory names `/`, `\` and `%` are escaped (docs/reference/protocol.md#finding-machines). */
export function decodeInventoryName(name: string): string {
  return name.replace(/%(2f|5c|25)/gi, (escaped) => decodeURIComponent(escaped));
}
