import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { GuestError } from "../../errors/guest-error";
import type { ContentSource } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import { type Asset, textOf } from "../sources/asset";
import { sha256OfLocalFile } from "../sources/local-file";
import { fetchRemoteAsset } from "../sources/remote-asset";
import type { GuestFileInputs } from "./schema";

/** The bytes that a program declares for a file. */
export interface DesiredContent {
  /** Hex. */
  readonly sha256: string;
  /** Undefined where Pulumi told only the hash of an asset. */
  readonly sizeBytes: number | undefined;
  /** Undefined where Pulumi told only the hash of an asset: good for comparing, not for writing. */
  readonly source: ContentSource | undefined;
}

/** The inputs that say what a file holds. */
export type DeclaredContent = Partial<Pick<GuestFileInputs, "content" | "contentBase64" | "source">>;

/** Which input holds the content, if any. */
export function contentInput(want: DeclaredContent): "content" | "contentBase64" | "source" | undefined {
  return (["content", "contentBase64", "source"] as const).find((name) => want[name] !== undefined);
}

/** True where the content is a secret of Pulumi's. */
export function isSecretContent({ want, op }: { readonly want: DeclaredContent; readonly op: Operation }): boolean {
  const name = contentInput(want);
  return name !== undefined && op.secretInputs.has(name);
}

/** Reads (streams, for files) the declared content once for size and hash; undefined when none is declared. */
export async function desiredContent(want: DeclaredContent, signal: AbortSignal): Promise<DesiredContent | undefined> {
  if (want.content !== undefined) return contentOfBytes(Buffer.from(want.content, "utf8"));
  if (want.contentBase64 !== undefined) return contentOfBytes(Buffer.from(want.contentBase64, "base64"));
  if (want.source === undefined) return undefined;
  return typeof want.source === "string" ? contentOfFile(want.source, signal) : contentOfAsset(want.source, signal);
}

function contentOfBytes(bytes: Buffer): DesiredContent {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { sha256, sizeBytes: bytes.length, source: { sizeBytes: bytes.length, open: () => Readable.from([bytes]) } };
}

async function contentOfFile(path: string, signal: AbortSignal): Promise<DesiredContent> {
  try {
    const { size } = await stat(path);
    const sha256 = await sha256OfLocalFile(path, signal);
    const source = { sizeBytes: size, open: () => createReadStream(path) };
    return { sha256, sizeBytes: size, source };
  } catch (error) {
    if (error instanceof GuestError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new GuestError("INVALID_INPUT", `source ${path} cannot be read on this machine: ${reason}`, { cause: error });
  }
}

async function contentOfAsset(asset: Asset, signal: AbortSignal): Promise<DesiredContent> {
  const text = textOf(asset);
  if (text !== undefined) return contentOfBytes(Buffer.from(text, "utf8"));
  if (asset.path !== undefined) return contentOfFile(asset.path, signal);
  if (asset.uri !== undefined) return contentOfFile(await fetchRemoteAsset(asset.uri, signal), signal);
  if (asset.hash) return { sha256: asset.hash, sizeBytes: undefined, source: undefined };
  throw new GuestError("INVALID_INPUT", "source is an asset without path, text or uri");
}
