import { type GuestCredential, type VCenter, vcenterFor, type VCenterSettings } from "../guest/vcenter-pool";
import type { Connection } from "../lifecycle/scope/context";
import { readProviderConfig, type ConfigSource, type ProviderConfig } from "./provider-config";
import { given } from "../values/given";
import { GuestError } from "../errors/guest-error";
import type { SamlToken } from "../vcenter/saml-token";

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

/** What a guest login may be made of; one of these ways, or none. */
export type GuestLoginSettings = Pick<
  ProviderConfig,
  "guestUser" | "guestPassword" | "guestSamlToken" | "guestSamlTokenCommand" | "guestSspiCommand"
>;

/** The login in guests; INVALID_INPUT where several are given. */
export function guestLoginOf(
  { guestUser, guestPassword, guestSamlToken, guestSamlTokenCommand, guestSspiCommand }: GuestLoginSettings,
  interactiveSession = false,
): GuestCredential | undefined {
  const names = Object.keys(given({ guestPassword, guestSamlToken, guestSamlTokenCommand, guestSspiCommand }));
  if (names.length > 1)
    throw new GuestError("INVALID_INPUT", `Give one of ${names.join(" and ")}: each is a login in the guests.`);
  const token = samlTokenOf(guestSamlToken, guestSamlTokenCommand);
  if (token !== undefined) return { samlToken: token, interactiveSession, ...given({ username: guestUser }) };
  if (guestSspiCommand !== undefined) return { sspi: { command: guestSspiCommand }, interactiveSession };
  return guestUser === undefined
    ? undefined
    : { username: guestUser, password: guestPassword ?? "", interactiveSession };
}

function samlTokenOf(token: string | undefined, command: string | undefined): SamlToken | undefined {
  if (token !== undefined) return { token };
  return command === undefined ? undefined : { command };
}

function settingsOf(config: ProviderConfig): VCenterSettings {
  const samlToken = samlTokenOf(config.samlToken, config.samlTokenCommand);
  const { caFile, thumbprint, persistSession, vimSessionPath, transferHosts, transfer } = config;
  return {
    server: config.vsphereServer,
    user: config.user ?? "the SAML token's subject",
    password: config.password ?? "",
    allowUnverifiedSsl: config.allowUnverifiedSsl ?? false,
    keepAliveMinutes: config.vimKeepAlive ?? defaultKeepAliveMinutes,
    apiTimeoutMinutes: config.apiTimeout ?? defaultApiTimeoutMinutes,
    ...given({ samlToken, caFile, thumbprint, persistSession, sessionPath: vimSessionPath, transferHosts, transfer }),
  };
}
