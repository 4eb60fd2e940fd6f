import {
  authorityCertificate,
  type Certificate,
  createIdentity,
  type Identity,
  serverCertificate,
} from "./certificate";

/** The CA that vCenter has (VMCA, since vSphere 6): it signs vCenter and its ESXi hosts, so clients trust it alone. */
export class CertificateAuthority {
  readonly #identity: Identity;

  private constructor(
    identity: Identity,
    readonly certificate: Certificate,
  ) {
    this.#identity = identity;
  }

  /** A CA with a key of its own, which is stored nowhere. */
  static async create(): Promise<CertificateAuthority> {
    const identity = await createIdentity("CN=CA, DC=vsphere, DC=local, O=vsphere-guest simulator");
    return new CertificateAuthority(identity, await authorityCertificate(identity));
  }

  /** A server's certificate for these names and addresses. */
  certify(names: readonly string[]): Promise<Certificate> {
    return serverCertificate(names, this.#identity);
  }
}
