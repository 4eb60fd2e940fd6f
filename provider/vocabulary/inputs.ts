import { normalRegistryPath } from "../guest/paths/registry-path";
import { z } from "zod";
import type { TransferOptions } from "../guest/guest";
import { uuidPattern, vmProperties } from "../vcenter/inventory/selector";
import type { TransferRoute } from "../vcenter/settings";
import { given } from "../values/given";

const uuid = z.string().regex(uuidPattern, "must be a UUID");
const text = z.string().min(1);

/** How a program names a virtual machine: by a text that fits one only, or by an object with one property that says which. */
export const vmSelectorSchema = z
  .union([
    z.string().trim().min(1, "must not be empty"),
    ...vmProperties.map((name) => z.strictObject({ [name]: /Uuid$/.test(name) ? uuid : text })),
  ])
  .meta({
    examples: ["/DC0/vm/web-1", "vm-42", { name: "web-1" }],
    typeName: "VirtualMachineSelector",
    description:
      "The virtual machine: instance UUID, BIOS UUID, managed object id (`vm-42`), inventory path (`/DC0/vm/web`), datastore path " +
      "(`[ds1] web/web.vmx`), DNS name, IP address or plain name; or an object that says which, " +
      'such as `{ name: "web" }`. A text that fits several machines, in whatever way, is an error that lists them. Naming the same VM in another way is no change.',
    replaces: true,
  });

/** A login of a resource's own, as it may stand in a record. */
export const guestLoginShape = z.strictObject({
  username: z.string().min(1).optional().meta({
    description:
      "Account in the guest; on Windows `DOMAIN\\user` or `user`. With `samlToken` only where its signer stands for several.",
  }),
  password: z.string().optional().meta({ description: "The account's password.", secret: true }),
  samlToken: z.string().min(1).optional().meta({
    description: "A SAML 2.0 token (XML) in place of the password; a GuestAlias says whose are accepted.",
    secret: true,
  }),
  interactiveSession: z
    .boolean()
    .optional()
    .meta({ description: "Act in the desktop session of that user, who must be logged on at the console." }),
});

/** A login of a resource's own, as a program declares it. */
export const guestCredentialSchema = guestLoginShape
  .refine(
    ({ username, password, samlToken }) =>
      samlToken === undefined ? username !== undefined && password !== undefined : password === undefined,
    "needs username and password, or samlToken",
  )
  .meta({
    examples: [{ username: "deploy", password: "…" }],
    typeName: "GuestLogin",
    description:
      "Login in the guest, where it differs from the provider's `guestUser` and `guestPassword`. A change of it is never a difference.",
  });

/** Inputs that every kind has. */
export const commonInputs = {
  vm: vmSelectorSchema,
  guest: guestCredentialSchema.optional().meta({ operational: true }),
  timeoutSeconds: z
    .number()
    .positive("must be greater than 0")
    .max(86_400 * 7)
    .optional()
    .meta({
      operational: true,
      examples: [600],
      description:
        "How long one create, update or delete may take, in seconds, the wait for VMware Tools included. Default 300. " +
        "Pulumi's `customTimeouts` go before it.",
    }),
};

/** Outputs that every kind has. */
export const commonState = {
  instanceUuid: z
    .string()
    .meta({ description: "Instance UUID of the virtual machine, from which the resource's id is made." }),
  registration: z
    .string()
    .optional()
    .meta({
      description:
        "Where the machine was registered when this was recorded: `vm-42@vcenter.example.com:443/<UUID of that server>`. By it a " +
        "machine that is gone is told from one that another server has.",
    }),
};

/** An absolute path of a POSIX (`/etc/app`) or Windows (`C:\\app`) guest, without control characters. */
export const guestPathSchema = z
  .string()
  .regex(/^(\/|[A-Za-z]:[\\/])/, "must be an absolute path in the guest, such as /etc/app.conf or C:\\app\\app.conf")
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f]*$/, "must not hold control characters")
  .refine((path) => !path.split(/[\\/]/).includes(".."), "must not go through '..'");

/** Why the path of an object can't be a secret. */
export const pathsAreTold =
  "is part of the resource's id and of every message about it, where it would stand in plain text. " +
  "Give it as no secret (pulumi.unsecret), or put what is secret into the content.";

/** A key below one of the registry's roots. */
export const registryPathSchema = z
  .string()
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f]*$/, "must not hold control characters")
  .refine(
    (path) => normalRegistryPath(path) !== undefined,
    "must be a key below HKEY_LOCAL_MACHINE (HKLM), HKEY_CURRENT_USER (HKCU), HKEY_CLASSES_ROOT, HKEY_USERS or HKEY_CURRENT_CONFIG, such as HKLM\\SOFTWARE\\Acme",
  );

export const registryViewSchema = z.enum(["native", "32", "64"]);

/** A mode as chmod(1) takes it in digits: "644", "0755", "4750". */
export const modeSchema = z
  .string()
  .regex(/^[0-7]{3,4}$/, 'must be an octal mode in a string, such as "0644"')
  .meta({
    examples: ["0640"],
    description: 'Permission bits in octal, as a string: `"0644"`. POSIX guests only. Left alone when not given.',
  });

export const ownerSchema = z.union([z.string().min(1), z.number().int().nonnegative()]).meta({
  examples: ["app", 1001],
  description: "Owner, by name or numeric id. POSIX guests only. Left alone when not given.",
});

export const groupSchema = z.union([z.string().min(1), z.number().int().nonnegative()]).meta({
  examples: ["app", 1001],
  description: "Group, by name or numeric id. POSIX guests only. Left alone when not given.",
});

/** Families of operating systems that a program may tell guests by. */
export const guestFamilySchema = z
  .enum(["linuxGuest", "windowsGuest", "darwinGuestFamily", "solarisGuest", "netwareGuest", "otherGuestFamily"])
  .meta({
    examples: ["linuxGuest"],
    typeName: "GuestFamily",
    description: "Family of the guest's operating system, as VMware Tools report it.",
  });

/** How file contents travel, for one resource. */
export const transferSchema = z.enum(["auto", "direct", "inBand"]).meta({
  operational: true,
  examples: ["inBand"],
  description:
    "How contents travel: `direct` to the ESXi host, `inBand` through vCenter alone (slow; POSIX guests), `auto` direct and, where the host " +
    "can't be reached, in-band, but never secrets. Default: the provider's `transfer`.",
});

/** The route for contents as an option of the guest's files. */
export function transferOf({ transfer }: { readonly transfer?: TransferRoute | undefined }): TransferOptions {
  return given({ transfer });
}
