import { createHash } from "node:crypto";
import { join } from "node:path";
import type { MachineIdentity } from "./machine";

/** A UUID derived from a text, so that a machine keeps its own over restarts with the same data directory. */
function derivedUuid(text: string): string {
  const hex = createHash("sha1").update(`vsphere-guest-simulator/${text}`).digest("hex");
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16).padStart(2, "0");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    variant + hex.slice(18, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** The traits of the n-th machine (from 1), all unique within one simulator if `directory` is. */
export function machineIdentity(
  number: number,
  name: string,
  directory: string,
  os: "linux" | "windows",
  guestsDirectory: string,
): MachineIdentity {
  return {
    moid: `vm-${number}`,
    instanceUuid: derivedUuid(`instance/${number}/${name}`),
    biosUuid: derivedUuid(`bios/${number}/${name}`),
    datastorePath: `[datastore1] ${directory}/${directory}.vmx`,
    ipAddress: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
    dnsName: `${name.toLowerCase().replace(/[^a-z0-9-]+/g, "-")}.simulator.test`,
    os,
    root: join(guestsDirectory, directoryName(directory)),
  };
}

/** A text as a directory name: one path segment, whatever it holds. */
function directoryName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return safe === "." || safe === ".." ? `%${safe}` : safe;
}
