import { z } from "zod";
import type { Task } from "../resource-kind";
import { importState } from "../file-system/inputs";
import { commonInputs, commonState } from "../../vocabulary/inputs";
import { certificateKey } from "./certificate";

/** What a program declares of an alias of a guest account. */
export const guestAliasInputs = z.strictObject({
  ...commonInputs,
  username: z
    .string()
    .min(1)
    .meta({
      replaces: true,
      examples: ["deploy"],
      description: "Account in the guest. The guest login must be this account, or root.",
    }),
  certificate: z
    .string()
    .refine((text) => certificateKey(text) !== undefined, "must be an X.509 certificate, as PEM or DER in base64")
    .meta({
      replaces: true,
      notation: certificateKey,
      examples: ["-----BEGIN CERTIFICATE-----\n…"],
      description:
        "Certificate that signs the tokens, as PEM or DER in base64: for tokens of vCenter's single sign-on its signing certificate.",
    }),
  subject: z
    .string()
    .min(1)
    .optional()
    .meta({
      replaces: true,
      examples: ["deploy@vsphere.local"],
      description: "Subject (NameID) of the tokens. Not given: whoever the certificate signs for.",
    }),
  mapCertificate: z
    .boolean()
    .optional()
    .meta({
      seenInGuest: true,
      examples: [true],
      description:
        "The certificate stands for this account, so that tokens need no user name; it can stand for one account of a guest only. Left alone when not given.",
    }),
  comment: z
    .string()
    .optional()
    .meta({
      seenInGuest: true,
      examples: ["deploys"],
      description: "A comment, kept with it. Left alone when not given.",
    }),
});

export type GuestAliasInputs = z.infer<typeof guestAliasInputs>;

/** What is known of the alias after the last look or change. */
export const guestAliasState = z.object({
  ...guestAliasInputs.shape,
  ...commonState,
  certificate: z.string().meta(guestAliasInputs.shape.certificate.meta() ?? {}),
  created: z.boolean().meta({
    description: "True when this resource made the alias, false when it was there before: then it stays on delete.",
  }),
  fingerprint: z.string().optional().meta({ description: "SHA-256 of the certificate, in hex." }),
  ...importState,
});

export type GuestAliasState = z.infer<typeof guestAliasState>;

export type GuestAliasTask = Task<GuestAliasInputs, GuestAliasState>;
