import type { FileStat, VirtualMachine, WorkOptions } from "../../provider/library";
import { baseName, withoutTrailingSeparators } from "../../provider/guest/paths/path";
import { familyOf } from "../../provider/guest/paths/normal-path";
import { localName } from "../../provider/library/transfers";
import { guestDirectoryInputs } from "../../provider/resources/guest-directory/schema";
import { guestFileInputs } from "../../provider/resources/guest-file/schema";
import { usage } from "../output/usage-error";

/** A file that was found, or a directory with what is in it. */
export type Found = FoundFile | FoundDirectory;

export interface FoundFile {
  readonly kind: "file";
  readonly path: string;
  /** Parts of the path below the directory that was named; none for one that was named itself. */
  readonly below: readonly string[];
  readonly stat: FileStat;
}

export interface FoundDirectory {
  readonly kind: "directory";
  readonly path: string;
  readonly below: readonly string[];
  readonly stat: FileStat;
  readonly entries: readonly Found[];
}

/** What can't be brought under management, and why. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
  /** For its content alone: it can be had otherwise. */
  readonly isSecret?: boolean;
}

/** What a look at the guest is told of, and to whom it tells what it leaves out. */
export interface Surveyor {
  readonly vm: VirtualMachine;
  readonly work: WorkOptions;
  readonly largestFileBytes: number;
  readonly leaveOut: (path: string, why: string) => void;
}

/** Looks at a path that was named, and at all below it. A usage error where it is nothing that can be managed. */
export async function survey(surveyor: Surveyor, named: string): Promise<Found> {
  const { vm, work } = surveyor;
  const path = withoutTrailingSeparators(named, familyOf(named)) || named;
  const stat = await vm.files.required(path, work);
  const isDirectory = stat.type === "directory";
  requireManageable(isDirectory ? guestDirectoryInputs.shape.path : guestFileInputs.shape.path, path);
  if (isDirectory) return directory(surveyor, path, [], stat);
  const why = unmanageable(surveyor, stat);
  if (why !== undefined) throw usage(`${path}: ${why}.`);
  return { kind: "file", path, below: [], stat };
}

function requireManageable(schema: typeof guestFileInputs.shape.path, path: string): void {
  const parsed = schema.safeParse(path);
  if (!parsed.success) throw usage(`${path}: ${parsed.error.issues.map(({ message }) => message).join("; ")}.`);
}

async function directory(
  surveyor: Surveyor,
  path: string,
  below: readonly string[],
  stat: FileStat,
): Promise<FoundDirectory> {
  const { vm, work, leaveOut } = surveyor;
  const { seen, unseenCount } = await vm.files.listAll(path, work);
  if (unseenCount > 0) leaveOut(path, `holds ${unseenCount} more that the guest login can't see`);
  const entries: Found[] = [];
  for (const entry of seen) {
    const why = unmanageable(surveyor, entry);
    if (why !== undefined) leaveOut(entry.path, why);
    else entries.push(await found(surveyor, entry, [...below, baseName(entry.path, familyOf(path))]));
  }
  return { kind: "directory", path, below, stat, entries };
}

function found(surveyor: Surveyor, stat: FileStat, below: readonly string[]): Promise<Found> | FoundFile {
  const { path } = stat;
  return stat.type === "directory" ? directory(surveyor, path, below, stat) : { kind: "file", path, below, stat };
}

/** Why an object can be no part of what is managed. */
function unmanageable({ largestFileBytes }: Surveyor, stat: FileStat): string | undefined {
  const { path, type, sizeBytes, targetType } = stat;
  if (type === "symlink") return "is a symbolic link";
  if (type === "file" && targetType === "other") return "is a device, pipe or socket";
  if (stat.unreadable === true) return "may not be read by the guest login";
  if (sizeBytes > largestFileBytes) return `has ${sizeBytes} bytes, more than --max-size`;
  if (!guestFileInputs.shape.path.safeParse(path).success) return "has a name that can't be declared";
  try {
    localName(path);
    return undefined;
  } catch {
    return "has a name that can't be used on this machine";
  }
}

/** All that was found, each directory before what is in it. */
export function all(found: Found): readonly Found[] {
  return found.kind === "file" ? [found] : [found, ...found.entries.flatMap(all)];
}
