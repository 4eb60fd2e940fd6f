import { Option, type Command } from "commander";
import { z } from "zod";

const seconds = z.coerce.number().positive();

/** What every command that talks to vSphere takes. */
export const connectionFlagsSchema = z.object({
  server: z.string().optional(),
  user: z.string().optional(),
  passwordFile: z.string().optional(),
  samlTokenFile: z.string().optional(),
  caFile: z.string().optional(),
  thumbprint: z.string().optional(),
  insecure: z.boolean().optional(),
  json: z.boolean().default(false),
  timeout: seconds.optional(),
  verbose: z.boolean().default(false),
});

/** What every command takes that is about machines. */
export const machineFlagsSchema = connectionFlagsSchema.extend({
  vm: z.array(z.string()).default([]),
  parallel: z.coerce.number().int().positive().default(8),
});

/** What every command takes that goes into guests. */
export const guestFlagsSchema = machineFlagsSchema.extend({
  guestUser: z.string().optional(),
  guestPasswordFile: z.string().optional(),
  guestSamlTokenFile: z.string().optional(),
  guestSspiCommand: z.string().optional(),
  guestTicketFile: z.string().optional(),
  interactiveSession: z.boolean().default(false),
  wait: z.boolean().default(false),
});

/** Permission bits in octal text; a number once read. */
export const octalMode = z
  .string()
  .regex(/^[0-7]{3,4}$/, "must be 3 or 4 octal digits, e.g. 0644")
  .transform((text) => parseInt(text, 8));

export type ConnectionFlags = z.infer<typeof connectionFlagsSchema>;
export type MachineFlags = z.infer<typeof machineFlagsSchema>;
export type GuestFlags = z.infer<typeof guestFlagsSchema>;

/** For a flag that may be repeated. */
export const several = (value: string, before: readonly string[] = []) => [...before, value];

export function withConnection(command: Command): Command {
  return command
    .addOption(
      new Option("--server <host>", "vCenter or ESXi host (VSPHERE_SERVER, GOVC_URL)").helpGroup("Connection:"),
    )
    .addOption(new Option("--user <name>", "vSphere user (VSPHERE_USER, GOVC_USERNAME)").helpGroup("Connection:"))
    .addOption(
      new Option(
        "--password-file <file>",
        "file with its password, - for standard input (VSPHERE_PASSWORD, GOVC_PASSWORD)",
      ).helpGroup("Connection:"),
    )
    .addOption(
      new Option(
        "--saml-token-file <file>",
        "SAML token instead of user and password, - for standard input (VSPHERE_SAML_TOKEN, VSPHERE_SAML_TOKEN_COMMAND)",
      ).helpGroup("Connection:"),
    )
    .addOption(
      new Option("--ca-file <file>", "certificates to trust, PEM (VSPHERE_CA_FILE, GOVC_TLS_CA_CERTS)").helpGroup(
        "Connection:",
      ),
    )
    .addOption(
      new Option(
        "--thumbprint <hex>",
        "the server's own certificate, to trust just that (VSPHERE_THUMBPRINT)",
      ).helpGroup("Connection:"),
    )
    .addOption(
      new Option("--insecure", "accept any certificate (VSPHERE_ALLOW_UNVERIFIED_SSL, GOVC_INSECURE)").helpGroup(
        "Connection:",
      ),
    )
    .option("--json", "print the result as JSON")
    .option("--timeout <seconds>", "give up after so long (default: 300; programs and copies: never)")
    .option("-v, --verbose", "tell what is waited for and tried again");
}

export function withMachines(command: Command): Command {
  return withConnection(command)
    .addOption(
      new Option(
        "--vm <machine>",
        "name, inventory path, UUID, moid, DNS name or IP; a glob for several; may be repeated (VSPHERE_VM, GOVC_VM)",
      )
        .argParser(several)
        .helpGroup("Machines:"),
    )
    .addOption(new Option("--parallel <n>", "machines at a time (default: 8)").helpGroup("Machines:"));
}

export function withGuests(command: Command): Command {
  return withMachines(command)
    .addOption(
      new Option("--guest-user <name>", "account in the guest (VSPHERE_GUEST_USER, GOVC_GUEST_LOGIN)").helpGroup(
        "Guest:",
      ),
    )
    .addOption(
      new Option(
        "--guest-password-file <file>",
        "file with its password, - for standard input (VSPHERE_GUEST_PASSWORD, GOVC_GUEST_LOGIN)",
      ).helpGroup("Guest:"),
    )
    .addOption(
      new Option(
        "--guest-saml-token-file <file>",
        "SAML token instead of a password (VSPHERE_GUEST_SAML_TOKEN, VSPHERE_GUEST_SAML_TOKEN_COMMAND)",
      ).helpGroup("Guest:"),
    )
    .addOption(
      new Option(
        "--guest-sspi-command <command>",
        "tokens of SSPI instead of user and password, Windows guests (VSPHERE_GUEST_SSPI_COMMAND)",
      ).helpGroup("Guest:"),
    )
    .addOption(
      new Option("--guest-ticket-file <file>", "what auth acquire printed (VSPHERE_GUEST_TICKET)").helpGroup("Guest:"),
    )
    .addOption(new Option("--interactive-session", "act in the desktop session of that account").helpGroup("Guest:"))
    .addOption(new Option("--wait", "wait until VMware Tools answer").helpGroup("Guest:"));
}
