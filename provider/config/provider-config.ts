import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import { isOptional, metaOf, namesWhere, propertiesOf } from "../vocabulary/property-meta";
import { validate, type Failure } from "../properties/validation";

/**
 * The provider's configuration, declared once: stack keys `vsphere-guest:<name>`, their environment variables, and
 * schema.json are derived from it. Names are those of @pulumi/vsphere where it has them.
 */
export const providerConfigSchema = z.strictObject({
  vsphereServer: z
    .string()
    .min(1)
    .meta({
      examples: ["vcenter.example.com"],
      description: "vCenter (or a single ESXi host): host name, `host:port` or https URL.",
      environment: ["VSPHERE_SERVER"],
    }),
  user: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["deploy@vsphere.local"],
      description: "User name for the vSphere API. Required, as is `password`, where no `samlToken` is given.",
      environment: ["VSPHERE_USER"],
    }),
  password: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["…"],
      description: "Password for the vSphere API.",
      secret: true,
      environment: ["VSPHERE_PASSWORD"],
    }),
  samlToken: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["<saml2:Assertion …>"],
      description:
        "SAML 2.0 bearer token of vCenter's single sign-on (XML), in place of `user` and `password`. vCenter only.",
      secret: true,
      environment: ["VSPHERE_SAML_TOKEN"],
    }),
  samlTokenCommand: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["sso-token --bearer"],
      description: "Command of this machine's shell that prints a `samlToken`; asked again when that is about to end.",
      environment: ["VSPHERE_SAML_TOKEN_COMMAND"],
    }),
  allowUnverifiedSsl: z
    .boolean()
    .optional()
    .meta({
      examples: [false],
      description: "Accept any certificate of the server. Better: `caFile` or `thumbprint`.",
      environment: ["VSPHERE_ALLOW_UNVERIFIED_SSL"],
    }),
  caFile: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["/etc/ssl/vcenter-ca.pem"],
      description: "PEM file with certificates to trust beside the system's.",
      environment: ["VSPHERE_CA_FILE"],
    }),
  thumbprint: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["AB:CD:…"],
      description:
        "SHA-256 or SHA-1 thumbprint (hex, colons allowed) of the server's own certificate, to trust exactly that one.",
      environment: ["VSPHERE_THUMBPRINT"],
    }),
  vimKeepAlive: z
    .number()
    .positive()
    .optional()
    .meta({
      examples: [10],
      description: "Minutes between the calls that keep the session alive. Default 10.",
      environment: ["VSPHERE_VIM_KEEP_ALIVE"],
    }),
  apiTimeout: z
    .number()
    .positive()
    .optional()
    .meta({
      examples: [5],
      description: "Minutes that one call to the API may take. Default 5.",
      environment: ["VSPHERE_API_TIMEOUT"],
    }),
  persistSession: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description: "Keep the session on disk and use it again in the next deploy, instead of logging out.",
      environment: ["VSPHERE_PERSIST_SESSION"],
    }),
  vimSessionPath: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["~/.govmomi/sessions"],
      description: "Directory for kept sessions. Default `~/.govmomi/sessions`.",
      environment: ["VSPHERE_VIM_SESSION_PATH"],
    }),
  guestUser: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["root"],
      description: "Account in the guests, where a resource does not give its own.",
      environment: ["VSPHERE_GUEST_USER"],
    }),
  guestPassword: z
    .string()
    .optional()
    .meta({
      examples: ["…"],
      description: "Password of `guestUser`.",
      secret: true,
      environment: ["VSPHERE_GUEST_PASSWORD"],
    }),
  guestSamlToken: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["<saml2:Assertion …>"],
      description:
        "SAML 2.0 token (XML) as the login in the guests, in place of `guestPassword`. A GuestAlias says there whose tokens are accepted; " +
        "`guestUser` names the account where the signing certificate stands for several.",
      secret: true,
      environment: ["VSPHERE_GUEST_SAML_TOKEN"],
    }),
  guestSamlTokenCommand: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["sso-token --guest"],
      description:
        "Command of this machine's shell that prints a `guestSamlToken`; asked again when that is about to end.",
      environment: ["VSPHERE_GUEST_SAML_TOKEN_COMMAND"],
    }),
  guestSspiCommand: z
    .string()
    .min(1)
    .optional()
    .meta({
      examples: ["sspi-tokens"],
      description:
        "Command of this machine's shell that logs in to Windows guests by SSPI, in place of `guestUser` and `guestPassword`: it prints a token " +
        "(base64, one line), and for each challenge that it reads as a line the next one.",
      environment: ["VSPHERE_GUEST_SSPI_COMMAND"],
    }),
  missingMachines: z
    .enum(["error", "gone"])
    .optional()
    .meta({
      examples: ["gone"],
      description:
        "What becomes of resources in a machine that is not found, where it can't be told whether it is gone: another server than the one " +
        "that they were made on is connected, or their record does not tell. `error`, the default: nothing is changed. `gone`: they leave " +
        "the stack and nothing is done in a guest; meant for one deploy, after a vCenter has gone for good.",
      environment: ["VSPHERE_MISSING_MACHINES"],
    }),
  transferHosts: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      examples: [{ "esxi-1.internal": "10.0.0.1:443" }],
      description:
        "File transfers go to ESXi hosts under the names that vCenter tells. Where those can't be reached from here: map of such " +
        "a name to the `host` or `host:port` to use in its place.",
      environment: ["VSPHERE_TRANSFER_HOSTS"],
    }),
  transfer: z
    .enum(["auto", "direct", "inBand"])
    .optional()
    .meta({
      examples: ["inBand"],
      description:
        "How file contents travel. `direct`: between here and the ESXi host. `inBand`: through vCenter alone, slowly, " +
        "POSIX guests only; the contents stand in the guest's process table for a moment. `auto`, the default: direct, " +
        "and in-band where the ESXi host can't be reached, but never for secrets.",
      environment: ["VSPHERE_TRANSFER"],
    }),
});

export type ProviderConfig = z.infer<typeof providerConfigSchema>;

/** Gives the stack's value of a configuration key, by its bare name (`vsphereServer`). */
export type ConfigSource = (name: string) => unknown;

/**
 * The configuration from the stack, else from the environment. Values may be typed or text ("true", "10", JSON).
 * INVALID_INPUT names every missing or wrong key at once, with the ways to give it; never a value.
 */
export function readProviderConfig(source: ConfigSource, environment: NodeJS.ProcessEnv = process.env): ProviderConfig {
  const given = givenConfig(source, environment);
  const validated = validate(providerConfigSchema, given);
  const missing = unmetLogin(given).map((property) => ({ property, reason: "is required" }));
  if (validated.ok && missing.length === 0) return validated.value as ProviderConfig;
  const lines = [...(validated.ok ? [] : validated.failures), ...missing].map(
    ({ property, reason }) => `  vsphere-guest:${property} ${reason} (${waysToGive(property)})`,
  );
  throw new GuestError("INVALID_INPUT", `The configuration of vsphere-guest is not complete:\n${lines.join("\n")}`);
}

/** What is wrong with the values that are there; what is missing may still come from elsewhere. Unknowns pass. */
export function checkProviderConfig(values: Readonly<Record<string, unknown>>): Failure[] {
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typed(name, value)]));
  const validated = validate(providerConfigSchema.partial(), given);
  return validated.ok ? [] : validated.failures;
}

/** Keys that neither the stack nor the environment gives, of those that must be given. */
export function missingConfigKeys(source: ConfigSource, environment: NodeJS.ProcessEnv = process.env): string[] {
  const given = givenConfig(source, environment);
  const required = namesWhere(providerConfigSchema, (property) => !isOptional(property));
  return [...required.filter((name) => given[name] === undefined), ...unmetLogin(given)];
}

/** What is missing of user and password, where no token stands in their place. */
function unmetLogin(given: Readonly<Record<string, unknown>>): string[] {
  if ((given.samlToken ?? given.samlTokenCommand) !== undefined) return [];
  return ["user", "password"].filter((name) => given[name] === undefined);
}

function givenConfig(source: ConfigSource, environment: NodeJS.ProcessEnv): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(propertiesOf(providerConfigSchema))) {
    const value = source(name) ?? fromEnvironment(metaOf(property).environment ?? [], environment);
    if (value !== undefined) given[name] = typed(name, value);
  }
  return given;
}

function fromEnvironment(names: readonly string[], environment: NodeJS.ProcessEnv): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
}

/** Stack configuration and the environment know text only; what the schema does not want as text is read as JSON. */
function typed(name: string, value: unknown): unknown {
  if (typeof value !== "string" || z.safeParse(propertiesOf(providerConfigSchema)[name] ?? z.never(), value).success)
    return value;
  if (value === "1" && booleanNames.has(name)) return true;
  if (value === "0" && booleanNames.has(name)) return false;
  try {
    return JSON.parse(value.toLowerCase() === "true" || value.toLowerCase() === "false" ? value.toLowerCase() : value);
  } catch {
    return value;
  }
}

const booleanNames = new Set(
  Object.entries(propertiesOf(providerConfigSchema))
    .filter(([, property]) => z.safeParse(property, true).success)
    .map(([name]) => name),
);

/** For people: the command, and the environment variables. */
export function waysToGive(property: string): string {
  const schema = propertiesOf(providerConfigSchema)[property];
  const meta = schema === undefined ? {} : metaOf(schema);
  const flag = meta.secret === true ? "--secret " : "";
  const command = `pulumi config set ${flag}vsphere-guest:${property} ...`;
  return [command, ...(meta.environment ?? []).map((name) => `environment variable ${name}`)].join(", or ");
}
