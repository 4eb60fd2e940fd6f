import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Agent, interceptors, request } from "undici";
import { GuestError } from "../../errors/guest-error";
import { endedBy } from "../../operation/abort";
import { networkFailure } from "../../soap/network-error";
import { bytesToFill, tooLarge, upTo } from "./byte-limit";
import { privateDirectory } from "./private-directory";
import { SharedWork } from "./shared-work";

const followRedirects = new Agent().compose(interceptors.redirect({ maxRedirections: 5 }));
const downloads = new SharedWork<string>();

/**
 * A remote asset (http, https or file URI) as a local file: fetched once per process into a private temporary directory
 * that goes with the process, so that it can be hashed and sent without holding it in memory. INVALID_INPUT for what
 * can't be fetched, and for more than half of what is free on the disk; nothing of it stays then.
 */
export async function fetchRemoteAsset(uri: string, signal: AbortSignal): Promise<string> {
  if (!URL.canParse(uri)) throw new GuestError("INVALID_INPUT", `source ${uri} is no URI`);
  const url = new URL(uri);
  switch (url.protocol) {
    case "file:":
      return localPath(url);
    case "http:":
    case "https:":
      return downloads.do(uri, signal, (shared) => download(url, shared));
    default:
      throw new GuestError("INVALID_INPUT", `source ${uri}: only http, https and file URIs can be read`);
  }
}

function localPath(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new GuestError("INVALID_INPUT", `source ${url.href} names no file of this machine: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function download(url: URL, signal: AbortSignal): Promise<string> {
  const path = join(privateDirectory(), randomUUID());
  try {
    await endedBy(signal, fetchInto(path, url, signal));
    return path;
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof GuestError) throw error;
    throw new GuestError("INVALID_INPUT", `${named(url)} cannot be fetched: ${reasonOf(error)}`, { cause: error });
  }
}

async function fetchInto(path: string, url: URL, signal: AbortSignal): Promise<void> {
  const limitBytes = await bytesToFill(privateDirectory());
  const { statusCode, headers, body } = await request(url, { dispatcher: followRedirects, signal });
  const what = `${named(url)} has`;
  if (statusCode !== 200) {
    await body.dump();
    throw new GuestError("INVALID_INPUT", `${named(url)} cannot be fetched: HTTP ${statusCode}`);
  }
  if (Number(headers["content-length"]) > limitBytes) {
    body.destroy();
    throw tooLarge(what, limitBytes);
  }
  const limited = (chunks: AsyncIterable<Uint8Array>) => upTo(limitBytes, what, chunks);
  await pipeline(body, limited, createWriteStream(path, { mode: 0o600, flags: "wx" }), { signal });
}

/** Without login and query, which may hold what is nobody's business. */
function named(url: URL): string {
  return `source ${url.origin}${url.pathname}`;
}

function reasonOf(error: unknown): string {
  return networkFailure(error)?.reason ?? (error instanceof Error ? error.message : String(error));
}
