import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import { parseEndpoint } from "../soap/endpoint";
import { isSessionCookie } from "../soap/session-cookie";
import { PrivateFile } from "./private-file";
import type { VCenterSettings } from "./settings";

const longestFileBytes = 64 * 1024;
const cookieName = "vmware_soap_session";

const keptCookies = z.array(z.object({ Name: z.string(), Value: z.string() })).nullish();
/**
 * What govmomi's session cache keeps of a client, as far as it is used here: `cookies` as v0.46 wrote it, tried; older
 * versions wrote `Cookies`.
 */
const keptClient = z.object({ SoapClient: z.object({ cookies: keptCookies, Cookies: keptCookies }) });

/**
 * The session that govc keeps for the same server and user, so that they need one between them; undefined where there is
 * none, or none that nobody else can have put there. It is read, never written: the file holds govc's whole client.
 */
export function govcSession(settings: VCenterSettings, directory: string): string | undefined {
  if (settings.samlToken !== undefined) return undefined;
  for (const name of fileNames(settings)) {
    const cookie = cookieIn(join(directory, name));
    if (cookie !== undefined) return cookie;
  }
  return undefined;
}

/** Hashes of its URL and of whether certificates are checked: SHA-1 up to v0.46 at least, SHA-256 since. */
function fileNames({ server, user, allowUnverifiedSsl }: VCenterSettings): string[] {
  const { host, port } = parseEndpoint(server);
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const authorities = port === 443 ? [bracketed, `${bracketed}:443`] : [`${bracketed}:${port}`];
  return authorities.flatMap((authority) => {
    const key = `https://${asUserOfUrl(user)}@${authority}/sdk#insecure=${allowUnverifiedSsl}`;
    return ["sha256", "sha1"].map((algorithm) => createHash(algorithm).update(key).digest("hex"));
  });
}

/** As Go writes a user in a URL. */
function asUserOfUrl(user: string): string {
  return encodeURIComponent(user).replace(/%(24|26|2B|2C|3B|3D)/g, (escaped) => decodeURIComponent(escaped));
}

function cookieIn(path: string): string | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  const { cookies, Cookies = cookies } = keptClient.safeParse(parseJson(text)).data?.SoapClient ?? {};
  const value = Cookies?.find(({ Name }) => Name === cookieName)?.Value;
  if (value === undefined) return undefined;
  // Go takes the quotes away that belong to the value.
  const cookie = `${cookieName}="${value.replace(/^"|"$/g, "")}"`;
  return isSessionCookie(cookie) ? cookie : undefined;
}

function textOf(path: string): string | undefined {
  try {
    return new PrivateFile(path, "").read(longestFileBytes);
  } catch (error) {
    if (error instanceof GuestError) return undefined;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
