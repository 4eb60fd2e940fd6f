import { given } from "../../provider/values/given";

type Environment = Readonly<Record<string, string | undefined>>;

/** What govc's environment variables say, under the names of the provider's settings. */
export interface GovcSettings {
  readonly vsphereServer?: string;
  readonly user?: string;
  readonly password?: string;
  readonly allowUnverifiedSsl?: boolean;
  readonly caFile?: string;
  readonly persistSession?: boolean;
  readonly guestUser?: string;
  readonly guestPassword?: string;
}

/**
 * Settings from govc's variables: GOVC_URL with or without
 * scheme, user and password in it, GOVC_USERNAME, GOVC_PASSWORD, GOVC_INSECURE, GOVC_TLS_CA_CERTS, GOVC_PERSIST_SESSION,
 * GOVC_GUEST_LOGIN (`user:password`).
 */
export function govcSettings(environment: Environment): GovcSettings {
  const url = parsed(environment["GOVC_URL"]);
  const [guestUser, guestPassword] = cut(environment["GOVC_GUEST_LOGIN"], ":");
  return given({
    vsphereServer: url?.host,
    user: filled(environment["GOVC_USERNAME"]) ?? decoded(url?.username),
    password: filled(environment["GOVC_PASSWORD"]) ?? decoded(url?.password),
    allowUnverifiedSsl: truth(environment["GOVC_INSECURE"]),
    caFile: filled(environment["GOVC_TLS_CA_CERTS"]),
    persistSession: truth(environment["GOVC_PERSIST_SESSION"]),
    guestUser,
    guestPassword,
  });
}

function parsed(text: string | undefined): URL | undefined {
  if (filled(text) === undefined) return undefined;
  const url = /^[a-z]+:\/\//i.test(text ?? "") ? text : `https://${text ?? ""}`;
  return URL.canParse(url ?? "") ? new URL(url ?? "") : undefined;
}

function decoded(text: string | undefined): string | undefined {
  return filled(text) === undefined ? undefined : decodeURIComponent(text ?? "");
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Go's words for it. */
function truth(text: string | undefined): boolean | undefined {
  if (/^(1|t|true)$/i.test(text ?? "")) return true;
  return /^(0|f|false)$/i.test(text ?? "") ? false : undefined;
}

function cut(text: string | undefined, separator: string): [string?, string?] {
  if (text === undefined || text === "") return [];
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
