import type { SamlToken } from "./saml-token";
import type { TrustSettings } from "../soap/trust";
import { given } from "../values/given";

/**
 * How a file's bytes travel. direct: between here and the ESXi host, the only way for Windows guests. inBand: within
 * guest operations, through vCenter alone; slow. auto: direct, and in-band where the host can't be reached, but never
 * secrets. Default: that of the connection, which is auto.
 */
export type TransferRoute = "auto" | "direct" | "inBand";

/** How to reach one vCenter (or ESXi host) and as whom. */
export interface VCenterSettings {
  /** Host, host:port or https URL. */
  readonly server: string;
  /** For a login by token: who that is, for messages. */
  readonly user: string;
  readonly password: string;
  /** Logs in by this instead of user and password. */
  readonly samlToken?: SamlToken;
  /** Accept any certificate, of the server and of the ESXi hosts. */
  readonly allowUnverifiedSsl: boolean;
  /** PEM file with CAs to trust besides the system's. */
  readonly caFile?: string;
  /** SHA-256 or SHA-1 of the server's own certificate. */
  readonly thumbprint?: string;
  /** A session without work for this long is given back; with work it is touched this often. */
  readonly keepAliveMinutes: number;
  /** Longest wait for the answer to one call. */
  readonly apiTimeoutMinutes: number;
  /** Keep the session in a file and go on with it in the next process, instead of logging out. */
  readonly persistSession?: boolean;
  /** Directory of such files. */
  readonly sessionPath?: string;
  /** Where to send transfers instead: ESXi host (or host:port) as vCenter names it -> host or host:port. */
  readonly transferHosts?: Readonly<Record<string, string>>;
  /** How file contents travel where a call does not say. Default auto. */
  readonly transfer?: TransferRoute;
}

/** How the vSphere server itself proves who it is. */
export function serverTrust(settings: VCenterSettings): TrustSettings {
  const { allowUnverifiedSsl, caFile, thumbprint } = settings;
  return {
    allowUnverifiedSsl,
    ...given({ caFile, thumbprint }),
  };
}
