import { guestAlias } from "./guest-alias";
import { guestDirectory } from "./guest-directory";
import { guestEnvCheck } from "./guest-env-check";
import { guestFile } from "./guest-file";
import { machineCustomization } from "./machine-customization";
import { guestProgramRun } from "./guest-program-run";
import { guestRegistryKey } from "./guest-registry-key";

/** Every kind of resource, in the order in which docs list them. */
export const resourceKinds = [
  guestFile,
  guestDirectory,
  guestProgramRun,
  guestEnvCheck,
  guestRegistryKey,
  guestAlias,
  machineCustomization,
] as const;

/** The token of any of them. */
export type KindToken = (typeof resourceKinds)[number]["token"];

export { guestDirectory, guestEnvCheck, guestFile, guestProgramRun, guestRegistryKey };
