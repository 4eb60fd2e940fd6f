import { type GuestCredential, type VCenter, vcenterFor, type VCenterSettings } from "../guest/vcenter-pool";
import type { Connection } from "../lifecycle/scope/context";
import { readProviderConfig, type ConfigSource, type ProviderConfig } from "./provider-config";
import { given } from "../values/given";

const defaultKeepAliveMinutes = 10;
const defaultApiTimeoutMinutes = 5;

/**
 * The connection that the configuration describes, as it is now; nothing is sent yet. All resources with the same
 * configuration share one session. INVALID_INPUT lists every key that is missing.
 */
export function connect(source: ConfigSource): Connection {
  const config = readProviderConfig(source);
  const guestLogin = guestLoginOf(config);
  const { missingMachines } = config;
  return { source: vcenterFor(settingsOf(config)), ...given({ missingMachines, guestLogin }) };
}

/** The same for who works with the vCenter itself. */
export function openVCenter(source: ConfigSource): {
  readonly vcenter: VCenter;
  readonly guestLogin?: GuestCredential;
} {
  const config = readProviderConfig(source);
  return { vcenter: vcenterFor(settingsOf(config)), ...given({ guestLogin: guestLoginOf(config) }) };
}

function guestLoginOf({ guestUser, guestPassword = "" }: ProviderConfig): GuestCredential | undefined {
  return guestUser === undefined
    ? undefined
    : { username: guestUser, password: guestPassword, interactiveSession: false };
}

function settingsOf(config: ProviderConfig): VCenterSettings {
  const { caFile, thumbprint, persistSession, vimSessionPath, transferHosts, transfer } = config;
  return {
    server: config.vsphereServer,
    user: config.user,
    password: config.password,
    allowUnverifiedSsl: config.allowUnverifiedSsl ?? false,
    keepAliveMinutes: config.vimKeepAlive ?? defaultKeepAliveMinutes,
    apiTimeoutMinutes: config.apiTimeout ?? defaultApiTimeoutMinutes,
    ...given({ caFile, thumbprint, persistSession, sessionPath: vimSessionPath, transferHosts, transfer }),
  };
}
