import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../../simulator";

async function withSimulator(options: SimulatorOptions, use: (simulator: Simulator) => Promise<void>): Promise<void> {
  const simulator = await startSimulator({ sandbox: "off", vms: 0, hosts: 2, ...options });
  try {
    await use(simulator);
  } finally {
    await simulator.stop();
  }
}

/** What a server shows to a client that trusts this CA alone, and knows the server by this name. Rejects where it is not trusted. */
function certificateShown(authority: string, ca: string, name = "127.0.0.1"): Promise<PeerCertificate> {
  const { hostname: host, port } = new URL(`https://${authority}`);
  return new Promise((resolve, reject) => {
    const options = {
      ca,
      checkServerIdentity: (_: string, shown: PeerCertificate) => checkServerIdentity(name, shown),
    };
    const socket = connect({ host, port: Number(port), ...options }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

describe("by default, as with VMCA", () => {
  test("whoever trusts the printed certificate reaches vCenter and every host, by name and by address", async () => {
    await withSimulator({}, async (simulator) => {
      expect(readFileSync(simulator.certificate, "utf8")).toBe(simulator.certificatePem);
      const servers = [
        { authority: simulator.server, own: "vcenter.simulator.test", thumbprint: simulator.thumbprint },
        ...simulator.hosts.map(({ authority, name, sha256Thumbprint }) => ({
          authority,
          own: name,
          thumbprint: sha256Thumbprint,
        })),
      ];
      for (const { authority, own, thumbprint } of servers) {
        for (const name of [own, "localhost", "127.0.0.1", "::1"]) {
          const shown = await certificateShown(authority, simulator.certificatePem, name);
          expect(shown.fingerprint256).toBe(thumbprint);
        }
        await expect(certificateShown(authority, simulator.certificatePem, "other.test")).rejects.toMatchObject({
          code: "ERR_TLS_CERT_ALTNAME_INVALID",
        });
      }
    });
  });

  test("the printed certificate is a CA, and no server's own", async () => {
    await withSimulator({}, async (simulator) => {
      const authority = new X509Certificate(simulator.certificatePem);
      expect(authority.ca).toBe(true);
      expect(authority.fingerprint256).not.toBe(simulator.thumbprint);
      for (const { certificatePem } of simulator.hosts) {
        const certificate = new X509Certificate(certificatePem);
        expect(certificate.ca).toBe(false);
        expect(certificate.checkIssued(authority)).toBe(true);
        expect(certificate.verify(authority.publicKey)).toBe(true);
      }
    });
  });

  test("two simulators do not vouch for one another", async () => {
    await withSimulator({}, async (one) => {
      await withSimulator({}, async (other) => {
        await expect(certificateShown(one.server, other.certificatePem)).rejects.toThrow();
      });
    });
  });
});

describe('with hostCertificates: "selfSigned"', () => {
  test("the printed certificate vouches for vCenter alone; each host vouches for itself", async () => {
    await withSimulator({ hostCertificates: "selfSigned" }, async (simulator) => {
      await expect(certificateShown(simulator.server, simulator.certificatePem)).resolves.toBeDefined();
      for (const { authority, certificatePem, sha256Thumbprint } of simulator.hosts) {
        const own = new X509Certificate(certificatePem);
        expect([own.issuer, own.verify(own.publicKey)]).toEqual([own.subject, true]);
        await expect(certificateShown(authority, simulator.certificatePem)).rejects.toMatchObject({
          code: "DEPTH_ZERO_SELF_SIGNED_CERT",
        });
        const shown = await certificateShown(authority, certificatePem);
        expect(shown.fingerprint256).toBe(sha256Thumbprint);
      }
    });
  });
});
