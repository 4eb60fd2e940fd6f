import { X509Certificate } from "node:crypto";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import type { CallOptions } from "../../soap/soap-call";
import { certificateThumbprint, type TrustSettings } from "../../soap/trust";
import { hostCertificateProperties } from "../../vim/host-system";
import type { VCenterConnection } from "../../vcenter/connection";
import { KeyedMemo } from "../../operation/memo";
import { serverTrust, type VCenterSettings } from "../../vcenter/settings";

/**
 * How ESXi hosts prove who they are: by the very certificate that vCenter, already trusted, knows of them, so that
 * self-signed hosts need no exception (docs/reference/guest-operations.md#transfers). Where vCenter does not tell it,
 * by the configured CAs.
 */
export class TransferTrust {
  readonly #settings: VCenterSettings;
  readonly #connection: VCenterConnection;
  readonly #byHost = new KeyedMemo<string, TrustSettings>();

  constructor(settings: VCenterSettings, connection: VCenterConnection) {
    this.#settings = settings;
    this.#connection = connection;
  }

  /** For the server that also speaks SOAP. */
  get ofServer(): TrustSettings {
    return serverTrust(this.#settings);
  }

  /** For an ESXi host; one request per host. */
  ofHost(host: ManagedObjectReference | undefined, call: CallOptions): Promise<TrustSettings> {
    if (host === undefined || this.#settings.allowUnverifiedSsl) return Promise.resolve(this.#unpinned());
    return this.#byHost.get(host.value, () => this.#read(host, call));
  }

  /** The host presented another certificate than was known: ask again next time. */
  forget(host: ManagedObjectReference | undefined): void {
    if (host !== undefined) this.#byHost.delete(host.value);
  }

  async #read(host: ManagedObjectReference, call: CallOptions): Promise<TrustSettings> {
    const collector = await this.#connection.propertyCollector(call);
    const [found] = await collector.retrieve([host], hostCertificateProperties, call);
    const pem = found?.properties["config.certificate"];
    const thumbprint =
      (pem === undefined ? undefined : thumbprintOf(pem)) ?? found?.properties["summary.config.sslThumbprint"];
    return thumbprint === undefined || thumbprint === "" ? this.#unpinned() : { allowUnverifiedSsl: false, thumbprint };
  }

  #unpinned(): TrustSettings {
    const { allowUnverifiedSsl, caFile } = this.#settings;
    return caFile === undefined ? { allowUnverifiedSsl } : { allowUnverifiedSsl, caFile };
  }
}

function thumbprintOf(pem: Buffer): string | undefined {
  try {
    return certificateThumbprint(new X509Certificate(pem).raw);
  } catch {
    return undefined;
  }
}
