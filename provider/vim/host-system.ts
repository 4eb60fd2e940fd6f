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
