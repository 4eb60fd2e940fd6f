import { baseName } from "../../provider/guest/paths/path";

const examinedBytes = 1024 * 1024;

const names: readonly [RegExp, string][] = [
  [/^id_(rsa|dsa|ecdsa|ed25519)$|_key$|\.(key|ppk)$/i, "its name is that of a private key"],
  [/\.(p12|pfx|jks|keystore|kdbx|tfstate|ovpn)$/i, "its name is that of a store of keys"],
  [/^g?shadow-?$|^\.?htpasswd$|^opasswd$/i, "it holds hashes of passwords"],
  [
    /^\.?(netrc|_netrc|pgpass|my\.cnf|git-credentials|npmrc|pypirc|env|envrc|vault-token)$|^\.env\./i,
    "its name is that of a file of logins",
  ],
  [/secret|passw|passphrase|credential|token/i, "its name says so"],
];

const texts: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/, "it holds a private key"],
  [/\bAKIA[0-9A-Z]{16}\b/, "it holds an access key of AWS"],
  [/\b(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|npm_)[A-Za-z0-9_-]{16}/, "it holds a token"],
  [/\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10}/, "it holds a token"],
  [/:\/\/[^\s/:@]{1,200}:[^\s/@]{1,200}@/, "it holds a URL with a password"],
  [/(^|[:\s"'])\$(1|2[aby]|5|6|y|argon2id?)\$[^\s:]{8}/m, "it holds a hash of a password"],
  [/\bauthorization["']?\s{0,8}[:=]\s{0,8}["']?(basic|bearer)\s/i, "it holds a login"],
  [
    /(passw(or)?d|passphrase|pwd|secret|token|(api|access|private|secret|encryption)[_-]?key)["'\]]{0,2}[ \t]{0,8}(=|:|=>)[ \t]{0,8}["']?[^\s"'#;]{3}/im,
    "it sets a password, key or token",
  ],
];

/** Why a file looks like one that holds secrets; undefined where nothing says so. A guess that is asked about, no proof. */
export function looksSecret(path: string, bytes: Buffer): string | undefined {
  const name = baseName(path, "windows");
  const text = bytes.subarray(0, examinedBytes).toString("latin1");
  const told = names.find(([pattern]) => pattern.test(name)) ?? texts.find(([pattern]) => pattern.test(text));
  return told?.[1];
}
