import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Agent, interceptors, request } from "undici";
import { GuestError } from "../../errors/guest-error";
import { endedBy } from "../../operation/abort";
import { privateDirectory } from "./private-directory";

const followRedirects = new Agent().compose(interceptors.redirect({ maxRedirections: 5 }));
const fetched = new Map<string, Promise<string>>();

/**
 * A remote asset (http, https or file URI) as a local file: fetched once per process into a private temporary directory
 * that goes with the process, so that it can be hashed and sent without holding it in memory.
 */
export function fetchRemoteAsset(uri: string, signal: AbortSignal): Promise<string> {
  const url = new URL(uri);
  if (url.protocol === "file:") return Promise.resolve(fileURLToPath(url));
  const known = fetched.get(uri);
  if (known !== undefined) return known;
  const path = download(url, signal);
  fetched.set(uri, path);
  path.catch(() => fetched.delete(uri));
  return path;
}

async function download(url: URL, signal: AbortSignal): Promise<string> {
  const { statusCode, body } = await endedBy(signal, request(url, { dispatcher: followRedirects, signal }));
  if (statusCode !== 200) {
    await body.dump();
    throw new GuestError("INVALID_INPUT", `source ${url.origin}${url.pathname} cannot be fetched: HTTP ${statusCode}`);
  }
  const path = join(privateDirectory(), createHash("sha256").update(url.href).digest("hex"));
  await endedBy(signal, pipeline(body, createWriteStream(path, { mode: 0o600 }), { signal }));
  return path;
}
