import type { FileAttributes } from "../../guest/guest";
import type { GuestWork } from "../resource-kind";
import { parseMode } from "./attributes";

const usualMode = "0644";
/** Bytes that Pulumi keeps secret are nobody else's in the guest either. */
export const modeOfSecrets = "0600";

/** The mode of a new file where none is declared; none in Windows guests, where a new file inherits its directory's access list. */
export function newFileMode({ guest }: Pick<GuestWork, "guest">, isSecret: boolean): FileAttributes {
  return guest.family === "windows" ? {} : { mode: parseMode(isSecret ? modeOfSecrets : usualMode) };
}
