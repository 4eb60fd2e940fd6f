import { ManagedObjectReference } from "../soap/managed-object-reference";
import { byteArray, text } from "./xsd";

/**
 * Properties of HostSystem that tell how its own server proves who it is
 * (docs/reference/guest-operations.md#transfers).
 */
export const hostCertificateProperties = {
  name: text,
  /** The full certificate in PEM, as bytes. */
  "config.certificate": byteArray,
  /** SHA-1 `AA:BB:…`, where a server does not tell the certificate. */
  "summary.config.sslThumbprint": text,
};

/** The host on an ESXi host's own server (docs/reference/protocol.md#service-content). */
export const standaloneHost = new ManagedObjectReference("HostSystem", "ha-host");

/** What tells an ESXi host from any other. */
export const hostIdentityProperties = { "summary.hardware.uuid": text };
