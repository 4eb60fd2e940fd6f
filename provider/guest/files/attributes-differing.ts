import type { FileAttributes, FileStat } from "../guest";

/** Names of the attributes that the guest has otherwise than asked; those not asked for do not count. */
export function attributesDiffering(asked: FileAttributes, stat: FileStat): (keyof FileAttributes)[] {
  const names = ["mode", "ownerId", "groupId", "hidden", "readOnly"] as const;
  const differing: (keyof FileAttributes)[] = names.filter(
    (name) => asked[name] !== undefined && asked[name] !== stat[name],
  );
  const keepsTime = asked.modifiedAt === undefined || seconds(asked.modifiedAt) === seconds(stat.modifiedAt);
  return keepsTime ? differing : [...differing, "modifiedAt"];
}

/** Guests keep and tell whole seconds (docs/reference/guest-operations.md#files). */
function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
