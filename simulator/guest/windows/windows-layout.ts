import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GuestUser } from "../guest-agent";

const directories = [
  "Program Files",
  "Program Files (x86)",
  "ProgramData",
  "Users/Public",
  "Windows/System32",
  "Windows/Temp",
];

/** Programs that a client may look for before the first one has run, which brings Wine's. */
const systemPrograms = ["cmd.exe", "taskkill.exe", "tasklist.exe", "reg.exe", "where.exe"];

/** Fills an empty directory as the drive C: of a fresh Windows; any other directory is taken as it is. */
export function layOutDrive(root: string, users: readonly GuestUser[]): void {
  mkdirSync(root, { recursive: true });
  if (readdirSync(root).length > 0) return;
  for (const path of directories) mkdirSync(join(root, path), { recursive: true });
  placeSystemPrograms(root);
  for (const { name } of users) {
    for (const path of ["AppData/Local/Temp", "AppData/Roaming", "Desktop", "Documents"]) {
      mkdirSync(join(root, "Users", name, path), { recursive: true });
    }
  }
}

/** Until Wine runs, its programs are only there by name. */
export function placeSystemPrograms(root: string): void {
  mkdirSync(join(root, "Windows/System32"), { recursive: true });
  for (const name of systemPrograms) writeFileSync(join(root, "Windows/System32", name), "");
}
