import { z } from "zod";
import type { FileStat } from "../guest/guest";

/** One object in a guest's file system, as functions tell it. */
export const fileEntrySchema = z
  .object({
    path: z.string().meta({ description: "Absolute path in the guest." }),
    type: z
      .enum(["file", "directory", "symlink"])
      .meta({ typeName: "FileType", description: "What it is; links are not followed." }),
    sizeBytes: z.number().meta({ description: "Size in bytes; 0 for anything but regular files." }),
    modifiedAt: z.string().meta({ description: "Modification time (ISO 8601, whole seconds)." }),
    mode: z.string().optional().meta({ description: 'Permission bits in octal, such as `"0644"`. POSIX guests only.' }),
    ownerId: z.number().optional().meta({ description: "Numeric id of the owner. POSIX guests only." }),
    groupId: z.number().optional().meta({ description: "Numeric id of the group. POSIX guests only." }),
    symlinkTarget: z.string().optional().meta({ description: "Where a symbolic link leads." }),
    hidden: z.boolean().optional().meta({ description: "The hidden attribute. Windows guests only." }),
    readOnly: z.boolean().optional().meta({ description: "The read-only attribute. Windows guests only." }),
  })
  .meta({ typeName: "FileEntry", description: "A file, directory or symbolic link in a guest." });

export type FileEntry = z.infer<typeof fileEntrySchema>;

/** What a look told, in the words of functions. */
export function fileEntry(stat: FileStat): FileEntry {
  const { path, type, sizeBytes, modifiedAt, mode, ownerId, groupId, symlinkTarget, hidden, readOnly } = stat;
  return {
    path,
    type,
    sizeBytes,
    modifiedAt: modifiedAt.toISOString(),
    mode: mode?.toString(8).padStart(4, "0"),
    ownerId,
    groupId,
    symlinkTarget,
    hidden,
    readOnly,
  };
}
