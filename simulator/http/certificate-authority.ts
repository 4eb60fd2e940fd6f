import { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension } from "@peculiar/x509";
import { type Certificate, createKeys, type Identity, serverCertificate, signCertificate } from "./certificate";

/** The CA that vCenter has (VMCA, since vSphere 6): it signs vCenter and its ESXi hosts, so clients trust it alone. */
export class CertificateAuthority {
  private constructor(
    private readonly identity: Identity,
    readonly certificate: Certificate,
  ) {}

  /** A CA with a key of its own, which is stored nowhere. */
  static async create(): Promise<CertificateAuthority> {
    const identity = { name: "CN=CA, DC=vsphere, DC=local, O=vsphere-guest simulator", keys: await createKeys() };
    const certificate = await signCertificate(identity, identity, [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ]);
    return new CertificateAuthority(identity, certificate);
  }

  /** A server's certificate for these names and addresses. */
  certify(names: readonly string[]): Promise<Certificate> {
    return serverCertificate(names, this.identity);
  }
}
