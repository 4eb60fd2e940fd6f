import { connect, type VmOptions, type VSphere } from "../../provider/library";
import { given } from "../../provider/values/given";
import { usage } from "../output/usage-error";
import type { ConnectionFlags, GuestFlags } from "./flags";
import { govcSettings } from "./govc-environment";
import { passwordFrom, textOfFile } from "./passwords";

const filled = (name: string) => process.env[name] || undefined;

/** Connects as flags, VSPHERE_* and govc's variables say, in this order; what else the provider knows comes from VSPHERE_*. */
export async function openVSphere(flags: ConnectionFlags): Promise<VSphere> {
  const govc = govcSettings(process.env);
  const vsphereServer = serverOf(flags);
  const settings = {
    caFile: flags.caFile ?? filled("VSPHERE_CA_FILE") ?? govc.caFile,
    thumbprint: flags.thumbprint,
    allowUnverifiedSsl:
      flags.insecure ?? (filled("VSPHERE_ALLOW_UNVERIFIED_SSL") === undefined ? govc.allowUnverifiedSsl : undefined),
    persistSession: filled("VSPHERE_PERSIST_SESSION") === undefined ? govc.persistSession : undefined,
  };
  return connect({ vsphereServer, ...(await vsphereLogin(flags, vsphereServer)), ...given(settings) });
}

/** A token, or user and password. */
async function vsphereLogin(flags: ConnectionFlags, server: string) {
  if (flags.samlTokenFile !== undefined) return { samlToken: textOfFile(flags.samlTokenFile, "--saml-token-file") };
  // Read with all other settings that come from the environment.
  if ((filled("VSPHERE_SAML_TOKEN") ?? filled("VSPHERE_SAML_TOKEN_COMMAND")) !== undefined) return {};
  const govc = govcSettings(process.env);
  const user = vsphereUserOf(flags);
  if (user === undefined) throw usage("There is no vSphere user. Give --user, or set VSPHERE_USER or GOVC_USERNAME.");
  const password = await passwordFrom({
    what: `password of ${user} on ${server}`,
    flag: "--password-file",
    file: flags.passwordFile,
    fromEnvironment: filled("VSPHERE_PASSWORD") ?? govc.password,
    variable: "VSPHERE_PASSWORD",
  });
  return { user, password };
}

/** The vSphere user that flags and environment name. */
export function vsphereUserOf(flags: ConnectionFlags): string | undefined {
  return flags.user ?? filled("VSPHERE_USER") ?? govcSettings(process.env).user;
}

/** The server that flags and environment name. */
export function serverOf(flags: ConnectionFlags): string {
  const server = flags.server ?? filled("VSPHERE_SERVER") ?? govcSettings(process.env).vsphereServer;
  if (server !== undefined) return server;
  throw usage("There is no server. Give --server, or set VSPHERE_SERVER or GOVC_URL.");
}

/** The guest login that flags, VSPHERE_* and govc's variables say. */
export async function guestLogin(flags: GuestFlags): Promise<VmOptions> {
  const { interactiveSession } = flags;
  const other = otherGuestLogin(flags);
  if (other !== undefined) return { ...other, interactiveSession };
  const govc = govcSettings(process.env);
  const guestUser = flags.guestUser ?? filled("VSPHERE_GUEST_USER") ?? govc.guestUser;
  if (guestUser === undefined)
    throw usage("There is no login for the guest. Give --guest-user, or set VSPHERE_GUEST_USER or GOVC_GUEST_LOGIN.");
  const guestPassword = await passwordFrom({
    what: `password of ${guestUser} in the guest`,
    flag: "--guest-password-file",
    file: flags.guestPasswordFile,
    fromEnvironment: filled("VSPHERE_GUEST_PASSWORD") ?? govc.guestPassword,
    variable: "VSPHERE_GUEST_PASSWORD",
  });
  return { guestUser, guestPassword, interactiveSession };
}

/** A login without a password, where one is given. Flags go before the environment. */
function otherGuestLogin(flags: GuestFlags): VmOptions | undefined {
  const guestUser = flags.guestUser ?? filled("VSPHERE_GUEST_USER");
  const { guestTicketFile, guestSamlTokenFile, guestSspiCommand } = flags;
  if (guestTicketFile !== undefined) return { guestTicket: textOfFile(guestTicketFile, "--guest-ticket-file").trim() };
  if (guestSamlTokenFile !== undefined)
    return { guestSamlToken: textOfFile(guestSamlTokenFile, "--guest-saml-token-file"), ...given({ guestUser }) };
  if (guestSspiCommand !== undefined) return { guestSspiCommand };
  if (flags.guestPasswordFile !== undefined) return undefined;
  const ticket = filled("VSPHERE_GUEST_TICKET");
  if (ticket !== undefined) return { guestTicket: ticket };
  const ways = {
    guestSamlToken: filled("VSPHERE_GUEST_SAML_TOKEN"),
    guestSamlTokenCommand: filled("VSPHERE_GUEST_SAML_TOKEN_COMMAND"),
    guestSspiCommand: filled("VSPHERE_GUEST_SSPI_COMMAND"),
  };
  return Object.values(ways).some((one) => one !== undefined) ? given({ ...ways, guestUser }) : undefined;
}

/** The machines that were named; govc's variable names one. */
export function namedMachines({ vm }: { readonly vm: readonly string[] }): readonly string[] {
  const environment = filled("VSPHERE_VM") ?? filled("GOVC_VM");
  if (vm.length > 0) return vm;
  if (environment !== undefined) return [environment];
  throw usage("No machine is named. Give --vm, or set VSPHERE_VM or GOVC_VM.");
}
