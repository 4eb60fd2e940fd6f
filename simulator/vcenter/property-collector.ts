import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import type { Data } from "../soap/schema/types";
import type { Call } from "./call";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";
import { PropertyFilter } from "./property-filter";
import { readProperties } from "./property-reader";
import { select } from "./property-selection";
import type { Registry } from "./registry";
import type { SessionScope } from "./session-scope";
import { holdOpen } from "./sessions";
import { UpdateWait } from "./update-wait";

const defaultPageSize = 1000;

/** PropertyCollector: docs/reference/protocol.md#properties. The default one and those that sessions create. */
export class PropertyCollector implements ManagedObject {
  readonly ref: ManagedObjectReference;
  /** Filters by owner: the default collector is shared, its filters are not. */
  readonly #filters = new Map<PropertyFilter, string | undefined>();
  /** Pages that wait, and the session that they are for. */
  readonly #pages = new Map<string, { readonly left: Data<"ObjectContent">[]; readonly session: string | undefined }>();
  readonly #waits = new Set<UpdateWait<Data<"UpdateSet">>>();
  #version = 0;
  readonly #registry: Registry;
  readonly #scope: SessionScope;

  constructor(id: string, registry: Registry, scope: SessionScope) {
    this.#registry = registry;
    this.#scope = scope;
    this.ref = { type: "PropertyCollector", value: id };
  }

  readonly properties: Properties<"PropertyCollector"> = {
    filter: (call) => this.#filtersOf(call).map((filter) => filter.ref),
  };

  readonly methods: MethodHandlers<"PropertyCollector"> = {
    RetrieveProperties: ({ specSet }, call) => this.#retrieve(specSet, call),
    RetrievePropertiesEx: ({ specSet, options }, call) =>
      this.#page(this.#retrieve(specSet, call), options.maxObjects ?? defaultPageSize, call),
    ContinueRetrievePropertiesEx: ({ token }, call) => {
      const { left, size } = this.#takePage(token, call);
      return this.#page(left, size, call) ?? {};
    },
    CancelRetrievePropertiesEx: ({ token }, call) => void this.#takePage(token, call),
    CreatePropertyCollector: (_parameters, call) =>
      this.#scope.add(
        new PropertyCollector(this.#registry.nextId("session[52]collector"), this.#registry, this.#scope),
        call,
      ),
    DestroyPropertyCollector: () => {
      this.#cancelWaits();
      for (const filter of this.#filters.keys()) this.#destroy(filter);
      this.#scope.remove(this.ref);
    },
    CreateFilter: ({ spec, partialUpdates }, call) => this.#createFilter(spec, partialUpdates, call),
    CheckForUpdates: ({ version }, call) => this.#look(version, call),
    WaitForUpdates: async ({ version }, call) => {
      const update = await this.#wait(version, call, undefined);
      if (update === undefined) throw new Fault("RequestCanceled");
      return update;
    },
    WaitForUpdatesEx: ({ version, options }, call) => this.#wait(version, call, options?.maxWaitSeconds),
    CancelWaitForUpdates: () => this.#cancelWaits(),
  };

  #retrieve(specs: readonly Data<"PropertyFilterSpec">[], call: Call): Data<"ObjectContent">[] {
    return specs
      .flatMap((spec) => select(spec, this.#registry, call))
      .map(({ object, paths }) => ({ obj: object.ref, ...readProperties(object, paths, call) }));
  }

  #page(objects: readonly Data<"ObjectContent">[], size: number, call: Call): Data<"RetrieveResult"> | undefined {
    if (objects.length === 0) return undefined;
    if (size <= 0 || objects.length <= size) return { objects };
    const token = `${size}:${this.#registry.nextId("page")}`;
    this.#pages.set(token, { left: objects.slice(size), session: call.session?.key });
    return { token, objects: objects.slice(0, size) };
  }

  #takePage(token: string, call: Call): { readonly left: Data<"ObjectContent">[]; readonly size: number } {
    const page = this.#pages.get(token);
    if (page === undefined || page.session !== call.session?.key) throw new Fault("InvalidProperty", { name: "token" });
    this.#pages.delete(token);
    return { left: page.left, size: Number.parseInt(token, 10) };
  }

  #createFilter(spec: Data<"PropertyFilterSpec">, partial: boolean, call: Call): ManagedObjectReference {
    // A filter on what is not there or cannot be read is refused at once.
    this.#retrieve([spec], call);
    const id = this.#registry.nextId("session[52]filter");
    const filter = new PropertyFilter(id, spec, partial, this.#registry, (gone) => this.#destroy(gone));
    this.#filters.set(filter, call.session?.key);
    return this.#scope.add(filter, call);
  }

  #destroy(filter: PropertyFilter): void {
    this.#filters.delete(filter);
    this.#scope.remove(filter.ref);
  }

  #filtersOf(call: Call): PropertyFilter[] {
    return [...this.#filters].filter(([, owner]) => owner === call.session?.key).map(([filter]) => filter);
  }

  /** What has changed since `version`; an empty version starts anew. */
  #look(version: string | undefined, call: Call): Data<"UpdateSet"> | undefined {
    if (call.session === undefined || call.session.ended) throw new Fault("NotAuthenticated", { object: this.ref });
    const filters = this.#filtersOf(call);
    if (version === undefined || version === "") for (const filter of filters) filter.forget();
    const filterSet = filters.map((filter) => filter.changes(call)).filter((update) => update !== undefined);
    return filterSet.length === 0 ? undefined : { version: String(++this.#version), filterSet };
  }

  async #wait(
    version: string | undefined,
    call: Call,
    maxWaitSeconds: number | undefined,
  ): Promise<Data<"UpdateSet"> | undefined> {
    const first = this.#look(version, call);
    if (first !== undefined || maxWaitSeconds === 0) return first;
    const wait = new UpdateWait(this.#registry, maxWaitSeconds, () => this.#look(version ?? "0", call));
    this.#waits.add(wait);
    const release = holdOpen(call.session);
    try {
      return await wait.result;
    } finally {
      release();
      this.#waits.delete(wait);
    }
  }

  #cancelWaits(): void {
    for (const wait of this.#waits) wait.cancel();
  }
}
