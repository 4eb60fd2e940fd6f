import { GuestError, hasCode } from "../../errors/guest-error";
import type { GuestCalls } from "../calls/guest-calls";
import type { FileAttributes } from "../guest";
import type { Operation } from "../../operation/operation";

/** Sets attributes; a refusal says which they are and who may set them. `shownPath`: the path that people know. */
export async function setAttributes(
  calls: GuestCalls,
  path: string,
  attributes: FileAttributes,
  op: Operation,
  shownPath: string = path,
): Promise<void> {
  try {
    await calls.changeFileAttributesInGuest(path, attributes, op);
  } catch (error) {
    if (calls.family === "windows" || !hasCode(error, "GUEST_PERMISSION_DENIED")) throw error;
    throw refused(calls, shownPath, attributes, error);
  }
}

function refused(calls: GuestCalls, path: string, attributes: FileAttributes, cause: unknown): GuestError {
  const { ownerId, groupId, mode } = attributes;
  const what = [
    ...(ownerId === undefined ? [] : [`owner to ${ownerId}`]),
    ...(groupId === undefined ? [] : [`group to ${groupId}`]),
    ...(ownerId === undefined && groupId === undefined && mode !== undefined ? ["mode"] : []),
  ];
  const rule =
    ownerId === undefined && groupId === undefined
      ? "Only its owner and root may."
      : "Only root may give a file to another account; its owner may give it to a group that he is in.";
  return new GuestError(
    "GUEST_PERMISSION_DENIED",
    `${calls.vm.name} ${path}: ${calls.guestUser} may not change its ${what.join(" and ") || "attributes"} in the guest. ` +
      `${rule} Use a guest login that may, or leave the input out.`,
    { cause },
  );
}
