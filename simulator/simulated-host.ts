import type { EsxiHost } from "./esxi/host";

/** An ESXi host of a running simulator. */
export class SimulatedHost {
  readonly #host: EsxiHost;

  constructor(host: EsxiHost) {
    this.#host = host;
  }

  get name(): string {
    return this.#host.name;
  }
  get moid(): string {
    return this.#host.ref.value;
  }
  /** `host:port` of its file transfer server. */
  get authority(): string {
    return this.#host.authority;
  }
  /** Its own certificate, as `config.certificate` shows it. */
  get certificatePem(): string {
    return this.#host.certificate.pem;
  }
  /** SHA-1 of its certificate, `AA:BB:…`. */
  get sha1Thumbprint(): string {
    return this.#host.certificate.sha1Thumbprint;
  }
  /** SHA-256 of its certificate, `AA:BB:…`. */
  get sha256Thumbprint(): string {
    return this.#host.certificate.sha256Thumbprint;
  }
  /** False: vCenter has lost it, its machines refuse guest operations. */
  get connected(): boolean {
    return this.#host.connected;
  }
  set connected(connected: boolean) {
    this.#host.connected = connected;
  }
}
