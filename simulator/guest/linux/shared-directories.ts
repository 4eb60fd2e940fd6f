import { existsSync, lstatSync, readlinkSync } from "node:fs";
import type { Mount } from "./path-tree";

const systemDirectories = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr"];
const systemFiles = ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl"];
const devices = ["null", "zero", "full", "random", "urandom", "tty"];

/** Links of the machine's root that a guest has too, e.g. "bin" -> "usr/bin" on a merged system. */
export function systemLinks(): { readonly name: string; readonly target: string }[] {
  return systemDirectories
    .filter((name) => lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    .map((name) => ({ name, target: readlinkSync(`/${name}`).replace(/^\//, "") }));
}

/** Directories and files of the machine that every guest sees read-only: its programs and libraries. */
export function systemMounts(): Mount[] {
  const directories = systemDirectories
    .map((name) => `/${name}`)
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  return [...directories, ...systemFiles.filter((path) => existsSync(path))].map((path) => ({
    guestPath: path,
    hostPath: path,
    readOnly: true,
  }));
}

/** Device files that a guest needs, as the machine's own: for a guest without a /dev of its own. */
export function deviceMounts(): Mount[] {
  return devices
    .map((name) => `/dev/${name}`)
    .filter((path) => existsSync(path))
    .map((path) => ({ guestPath: path, hostPath: path, readOnly: true }));
}

/** A directory inside the shared ones that is the guest's own and may be written after all. */
export const ownDirectory = "/usr/local";

export function ownMount(root: string): Mount {
  return { guestPath: ownDirectory, hostPath: `${root}${ownDirectory}`, readOnly: false };
}
