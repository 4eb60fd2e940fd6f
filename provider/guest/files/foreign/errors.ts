import { GuestError, type GuestErrorCode } from "../../../errors/guest-error";
import type { VmIdentity } from "../../../vcenter/machine";
import type { ProgramResult } from "../../guest";
import { foreignExitCodes as codes } from "./enter-script";

interface Meaning {
  readonly code: GuestErrorCode;
  readonly reason: (name: string, login: string) => string;
}

/** True for an exit code by which a script says that it can't go where it is to work. */
export function isForeignExit(exitCode: number): boolean {
  return meanings.has(exitCode);
}

const meanings = new Map<number, Meaning>([
  [
    codes.isLink,
    {
      code: "GUEST_PERMISSION_DENIED",
      reason: (name) =>
        `"${name}" on the way to it is a link, or was swapped meanwhile, in a directory that others in the guest can write. ` +
        "Such links are not followed. Declare the path that it leads to, or use a guest login that owns the directory",
    },
  ],
  [
    codes.missing,
    {
      code: "PATH_NOT_FOUND",
      reason: (name) =>
        `there is no ${name === "" ? "such object" : `directory "${name}"`} in the guest. Declare it as a GuestDirectory, or set createParents`,
    },
  ],
  [codes.notDirectory, { code: "NOT_A_DIRECTORY", reason: (name) => `${name || "it"} is not a directory` }],
  [codes.exists, { code: "PATH_EXISTS", reason: () => "something of that name is there already" }],
  [
    codes.notFile,
    {
      code: "NOT_A_FILE",
      reason: () => "is a directory, which a file cannot replace. Remove the directory, or choose another path",
    },
  ],
  [codes.notEmpty, { code: "DIRECTORY_NOT_EMPTY", reason: () => "the directory is not empty" }],
  [
    codes.denied,
    {
      code: "GUEST_PERMISSION_DENIED",
      reason: (_, login) => `${login} is not allowed to. Give it the rights in the guest, or use another guest login`,
    },
  ],
  [
    codes.lacksTools,
    {
      code: "GUEST_OPERATION_UNSUPPORTED",
      reason: (name) =>
        `others in the guest can write its directory, and the guest lacks ${name}, without which links of theirs can't be kept from being followed. ` +
        "Use a guest login that owns the directory",
    },
  ],
  [codes.notWritten, { code: "DISK_FULL", reason: () => "could not be written whole. Is the guest's disk full?" }],
  [
    codes.mayNotGive,
    {
      code: "GUEST_PERMISSION_DENIED",
      reason: (_, login) =>
        `${login} may not change its owner or group in the guest. Only root may give a file to another account; ` +
        "its owner may give it to a group that he is in. Use a guest login that may, or leave the input out",
    },
  ],
]);

/** What the exit code of a script says about the object at `path`; `login`: what messages call the guest login. */
export function foreignError(
  { vm, login }: { readonly vm: VmIdentity; readonly login: string },
  path: string,
  { exitCode, stderr }: ProgramResult,
): GuestError {
  const said = stderr.bytes.toString("utf8").trim();
  const meaning = meanings.get(exitCode);
  if (meaning === undefined) {
    return new GuestError(
      "PROGRAM_FAILED",
      `${vm.name} ${path}: the guest could not do it (exit code ${exitCode}): ${said}`,
    );
  }
  const end =
    meaning.code === "GUEST_PERMISSION_DENIED" && exitCode !== codes.isLink && said !== "" ? ` It said: ${said}` : "";
  const name = said.split("\n").at(-1) ?? "";
  return new GuestError(meaning.code, `${vm.name} ${path}: ${meaning.reason(name, login)}.${end}`);
}

/** The script says that it wrote, and what it tells is not what was to be written. */
export function notWrittenAsSaid(vm: VmIdentity, path: string): GuestError {
  return new GuestError(
    "TRANSFER_FAILED",
    `${vm.name} ${path}: was written, but the guest does not tell of a file of that size there.`,
  );
}
