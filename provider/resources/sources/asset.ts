import { createHash } from "node:crypto";
import { z } from "zod";

/** Keys and values by which Pulumi marks special objects on the wire (@pulumi/pulumi, runtime/rpc). */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
export const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/**
 * A Pulumi asset as it reaches a provider: one of path, text, uri, or none of them where the engine left the contents
 * out (diffs) and tells only `hash`, the SHA-256 of the bytes in hex (docs/reference/pulumi.md#values-on-the-wire).
 */
export const assetSchema = z
  .object({
    [signatureKey]: z.literal(assetSignature),
    hash: z.string().optional(),
    path: z.string().optional(),
    text: z.string().optional(),
    uri: z.string().optional(),
  })
  .meta({ pulumiType: "pulumi.json#/Asset" });

export type Asset = z.infer<typeof assetSchema>;

const sha256OfNothing = createHash("sha256").digest("hex");

/** The text of an asset that holds one. The wire leaves an empty text out, and its hash within an archive. */
export function textOf({ hash, path, text, uri }: Asset): string | undefined {
  const isEmpty = (path ?? uri) === undefined && (hash ?? sha256OfNothing) === sha256OfNothing;
  return text ?? (isEmpty ? "" : undefined);
}

/** A Pulumi archive as it reaches a provider: a local file or folder, named assets, or a URI; `hash` as in assets. */
export const archiveSchema = z
  .object({
    [signatureKey]: z.literal(archiveSignature),
    hash: z.string().optional(),
    path: z.string().optional(),
    uri: z.string().optional(),
    assets: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ pulumiType: "pulumi.json#/Archive" });

export type Archive = z.infer<typeof archiveSchema>;
