import type { z } from "zod";
import { ManagedObjectReference } from "../soap/managed-object-reference";
import type { SoapInvoke } from "../soap/soap-call";
import { ManagedObject, type CallOptions } from "./managed-object";
import { dataObject, dateTime, optional, reference, required, text } from "./xsd";

const aboutInfo = dataObject({
  name: required(text),
  fullName: required(text),
  version: required(text),
  build: required(text),
  apiType: required(text),
  apiVersion: required(text),
  instanceUuid: optional(text),
});

/**
 * ServiceContent: the managers of a server, as far as they are used here (docs/reference/protocol.md#service-content).
 */
export const serviceContent = dataObject({
  rootFolder: required(reference),
  propertyCollector: required(reference),
  viewManager: optional(reference),
  about: required(aboutInfo),
  sessionManager: optional(reference),
  authorizationManager: optional(reference),
  searchIndex: optional(reference),
  guestOperationsManager: optional(reference),
});
export type ServiceContent = z.output<typeof serviceContent>;

/** The way in: the only object whose id is known beforehand. */
export class ServiceInstance extends ManagedObject {
  constructor(soap: SoapInvoke) {
    super(soap, new ManagedObjectReference("ServiceInstance", "ServiceInstance"));
  }

  /** Needs no login. */
  retrieveServiceContent(call: CallOptions = {}): Promise<ServiceContent> {
    return this.repeatable("RetrieveServiceContent", {}, required(serviceContent), call);
  }

  /** The server's clock; the cheapest call that keeps a session alive. */
  currentTime(call: CallOptions = {}): Promise<Date> {
    return this.repeatable("CurrentTime", {}, required(dateTime), call);
  }
}
