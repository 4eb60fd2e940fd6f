import type { Certificate } from "../http/certificate";
import { authority } from "../http/https-endpoint";

/** An ESXi host: a server of its own, with its own port and certificate. */
export class EsxiHost {
  readonly ref: { readonly type: "HostSystem"; readonly value: string };
  /** False: as a host that vCenter has lost (docs/reference/guest-operations.md#order-of-checks). */
  connected = true;

  readonly name: string;
  readonly hardwareUuid: string;
  /** Address and port of its file transfer server. */
  readonly address: string;
  readonly port: number;
  readonly certificate: Certificate;

  constructor(
    traits: { readonly moid: string; readonly name: string; readonly hardwareUuid: string },
    server: { readonly address: string; readonly port: number; readonly certificate: Certificate },
  ) {
    this.ref = { type: "HostSystem", value: traits.moid };
    this.name = traits.name;
    this.hardwareUuid = traits.hardwareUuid;
    this.address = server.address;
    this.port = server.port;
    this.certificate = server.certificate;
  }

  /** `host:port` of its file transfer server, as transfer URLs name it. */
  get authority(): string {
    return authority(this.address, this.port);
  }
}
