import type { RegistryKeyName } from "../guest";
import type { GuestRegKeyNameSpec } from "../../vim/guest-operations/guest-registry";

const shortRoots: Readonly<Record<string, string>> = {
  HKCR: "HKEY_CLASSES_ROOT",
  HKCU: "HKEY_CURRENT_USER",
  HKLM: "HKEY_LOCAL_MACHINE",
  HKU: "HKEY_USERS",
  HKCC: "HKEY_CURRENT_CONFIG",
};
const roots: ReadonlySet<string> = new Set(Object.values(shortRoots));
const bitness = { native: "WOWNative", "32": "WOW32", "64": "WOW64" } as const;

/**
 * A key's path in its one notation, with the root's long name, which is the one that the API takes for certain:
 * `hklm:\SOFTWARE\Acme\` -> `HKEY_LOCAL_MACHINE\SOFTWARE\Acme`. Undefined for what is no key below a root.
 */
export function normalRegistryPath(path: string): string | undefined {
  const [first = "", ...names] = path.split("\\").filter((name) => name !== "");
  const root = first.replace(/:$/, "").toUpperCase();
  const long = shortRoots[root] ?? root;
  return roots.has(long) && names.length > 0 ? [long, ...names].join("\\") : undefined;
}

/** What is the same for two notations of one key, the views included: the registry ignores case. */
export function registryKey({ path, view }: RegistryKeyName): string {
  const key = (normalRegistryPath(path) ?? path).toLowerCase();
  const software = "hkey_local_machine\\software\\";
  const isRedirected = view === "32" && key.startsWith(software) && !key.startsWith(`${software}wow6432node`);
  return `registry:${isRedirected ? `${software}wow6432node\\${key.slice(software.length)}` : key}`;
}

/** A key as the API names it. */
export function keyNameSpec({ path, view }: RegistryKeyName): GuestRegKeyNameSpec {
  return { registryPath: normalRegistryPath(path) ?? path, wowBitness: bitness[view] };
}

/** The keys above one, the nearest first; roots left out. */
export function keysAbove({ path, view }: RegistryKeyName): RegistryKeyName[] {
  const names = (normalRegistryPath(path) ?? path).split("\\");
  return names.slice(2).map((_, index) => ({ path: names.slice(0, names.length - 1 - index).join("\\"), view }));
}
