import type { z } from "zod";
import { typed, type TypedValue } from "../../soap/soap-value";
import { boolean, dataObject, dateTime, integer, oneOf, optional, repeated, required, text } from "../xsd";

/**
 * GuestFileAttributes with the fields of both subtypes (docs/reference/guest-operations.md#files). `permissions`: full
 * st_mode.
 */
const guestFileAttributes = dataObject({
  modificationTime: optional(dateTime),
  accessTime: optional(dateTime),
  symlinkTarget: optional(text),
  ownerId: optional(integer),
  groupId: optional(integer),
  permissions: optional(integer),
  hidden: optional(boolean),
  readOnly: optional(boolean),
  createTime: optional(dateTime),
});

/** GuestFileInfo: `path` is the base name in a directory's listing, the path as sent for a single file; `size` in bytes. */
export const guestFileInfo = dataObject({
  path: required(text),
  type: required(oneOf("file", "directory", "symlink")),
  size: required(integer),
  attributes: required(guestFileAttributes),
});
export type GuestFileInfo = z.output<typeof guestFileInfo>;

/** GuestListFileInfo: one page; `remaining` counts the matches after it. */
export const guestListFileInfo = dataObject({ files: repeated(guestFileInfo), remaining: required(integer) });
export type GuestListFileInfo = z.output<typeof guestListFileInfo>;

/** FileTransferInformation: what to download, `size` in bytes, and the one-time URL (a secret: it holds a token). */
export const fileTransferInformation = dataObject({
  attributes: required(guestFileAttributes),
  size: required(integer),
  url: required(text),
});
export type FileTransferInformation = z.output<typeof fileTransferInformation>;

/** Attributes to set; `permissions` are the low 12 bits of the mode. POSIX and Windows ones exclude each other. */
export type GuestFileAttributesSpec = { readonly modificationTime?: Date; readonly accessTime?: Date } & (
  | {
      readonly family?: "posix";
      readonly ownerId?: number;
      readonly groupId?: number;
      readonly permissions?: number;
    }
  | {
      readonly family: "windows";
      readonly hidden?: boolean;
      readonly readOnly?: boolean;
      readonly createTime?: Date;
    }
);

/** The wire form of attributes: the base type unless a field of a subtype is set. */
export function fileAttributesValue(spec: GuestFileAttributesSpec): TypedValue {
  const times = { modificationTime: spec.modificationTime, accessTime: spec.accessTime };
  if (spec.family === "windows") {
    const { hidden, readOnly, createTime } = spec;
    return typed("GuestWindowsFileAttributes", { ...times, symlinkTarget: undefined, hidden, readOnly, createTime });
  }
  const { ownerId, groupId, permissions } = spec;
  if (ownerId === undefined && groupId === undefined && permissions === undefined) {
    return typed("GuestFileAttributes", times);
  }
  return typed("GuestPosixFileAttributes", { ...times, ownerId, groupId, permissions });
}
