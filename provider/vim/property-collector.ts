import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import { localizedFaultError } from "../soap/faults";
import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { typed, type SoapFields } from "../soap/soap-value";
import { ownValue } from "../values/own-value";
import { ManagedObject, type CallOptions } from "./managed-object";
import { anyType, dataObject, optional, reference, repeated, required, text, type Decoder } from "./xsd";

const objectContent = dataObject({
  obj: required(reference),
  propSet: repeated(dataObject({ name: required(text), val: required(anyType) })),
  missingSet: repeated(dataObject({ path: required(text), fault: required(anyType) })),
});
const retrieveResult = dataObject({ token: optional(text), objects: repeated(objectContent) });

/** Property paths to read, each with the decoder of its value. */
export type PropertyDecoders = Readonly<Record<string, Decoder<unknown>>>;

/** A vCenter has 40,000 VMs at most, and tells of a hundred a page: a server that goes on and on is not believed. */
const objectsLimit = 200_000;
const objectsOfPage = 100;

/** One object and those of the asked properties that are set and may be read. */
export interface RetrievedObject<P extends PropertyDecoders> {
  readonly reference: ManagedObjectReference;
  readonly properties: { readonly [path in keyof P]?: z.output<P[path]> };
  /** Why a property could not be read, by path. */
  readonly refused: ReadonlyMap<string, GuestError>;
}

/** Reads properties of many objects in one request (docs/reference/protocol.md#properties). */
export class PropertyCollector extends ManagedObject {
  /** Reads properties of objects of one type. Faults: ManagedObjectNotFound, InvalidProperty. */
  retrieve<P extends PropertyDecoders>(
    objects: readonly ManagedObjectReference[],
    paths: P,
    call: CallOptions = {},
  ): Promise<RetrievedObject<P>[]> {
    const type = objects[0]?.type;
    if (type === undefined) return Promise.resolve([]);
    return this.#retrieveAll(
      type,
      objects.map((obj) => ({ obj })),
      paths,
      call,
    );
  }

  /** Reads properties of all objects of `type` in a ContainerView. */
  retrieveFromView<P extends PropertyDecoders>(
    view: ManagedObjectReference,
    type: string,
    paths: P,
    call: CallOptions = {},
  ): Promise<RetrievedObject<P>[]> {
    const selectSet = typed("TraversalSpec", { name: "view", type: "ContainerView", path: "view", skip: false });
    return this.#retrieveAll(type, [{ obj: view, skip: true, selectSet }], paths, call);
  }

  async #retrieveAll<P extends PropertyDecoders>(
    type: string,
    objectSet: readonly SoapFields[],
    paths: P,
    call: CallOptions,
  ): Promise<RetrievedObject<P>[]> {
    const specSet = { propSet: { type, all: false, pathSet: Object.keys(paths) }, objectSet };
    const found: z.output<typeof objectContent>[] = [];
    let page = await this.repeatable("RetrievePropertiesEx", { specSet, options: {} }, optional(retrieveResult), call);
    for (let pages = 1; page !== undefined; pages += 1) {
      for (const object of page.objects) found.push(object);
      if (found.length + pages * objectsOfPage > objectsLimit)
        throw new GuestError("PROTOCOL_ERROR", `The list of objects (${type}) did not end after ${objectsLimit}.`);
      if (page.token === undefined) break;
      page = await this.once("ContinueRetrievePropertiesEx", { token: page.token }, optional(retrieveResult), call);
    }
    return found.map((content) => decodeObject(content, paths));
  }
}

function decodeObject<P extends PropertyDecoders>(
  content: z.output<typeof objectContent>,
  paths: P,
): RetrievedObject<P> {
  const properties: Record<string, unknown> = {};
  for (const { name, val } of content.propSet) {
    const decoder = ownValue(paths, name);
    if (decoder === undefined) continue;
    const decoded = decoder.safeParse(val);
    if (!decoded.success) {
      const reason = z.prettifyError(decoded.error);
      throw new GuestError("PROTOCOL_ERROR", `Property ${name} of ${String(content.obj)}: ${reason}`);
    }
    properties[name] = decoded.data;
  }
  const refused = content.missingSet.map(
    ({ path, fault }) => [path, localizedFaultError("RetrievePropertiesEx", fault)] as const,
  );
  return {
    reference: content.obj,
    properties: properties as RetrievedObject<P>["properties"],
    refused: new Map(refused),
  };
}
