import { reference, text } from "./xsd";

/** What is read of a host that stands alone, or of a cluster (docs/reference/protocol.md#power-and-registration). */
export const computeResourceProperties = { name: text, resourcePool: reference };

/** What is read of a datacenter: the folder in which its machines are. */
export const datacenterProperties = { name: text, vmFolder: reference };
