import { onlyPath } from "../../provider/resources/guest-directory/source/exclusion";
import { formatMode } from "../../provider/resources/file-system/attributes";
import { given } from "../../provider/values/given";
import type { AccountNames } from "./accounts";
import type { CapturedResource, DeclaredValue } from "./captured";
import { all, type Found, type FoundDirectory, type FoundFile } from "./survey";

/** What a file's content becomes: a file beside the program, a secret of the stack, or nothing. */
export type Holding = "beside" | "secret" | "omitted";

/** What the resources are made with. */
export interface Declaring {
  readonly accounts: AccountNames;
  holdingOf(file: FoundFile): Holding;
  /** Where the content of an object is, as the program says it. */
  localPath(path: string): string;
  /** A resource's name that no other has. */
  nameFor(path: string): string;
  idOf(path: string): string;
}

/**
 * The resources that declare what was found. A directory is one resource with a source; what in it has other attributes than
 * the rest, or a secret content, is a resource of its own, which the directory's source leaves out.
 */
export function declare(found: Found, declaring: Declaring): CapturedResource[] {
  return found.kind === "file" ? declareFile(found, declaring) : declareDirectory(found, declaring);
}

function declareFile(file: FoundFile, declaring: Declaring): CapturedResource[] {
  const { path, stat } = file;
  const holding = declaring.holdingOf(file);
  if (holding === "omitted") return [];
  const name = declaring.nameFor(path);
  const content: Record<string, DeclaredValue> =
    holding === "secret" ? { contentBase64: { secret: `${name}-content` } } : { source: declaring.localPath(path) };
  const flags = given({ hidden: stat.hidden === true || undefined, readOnly: stat.readOnly === true || undefined });
  const inputs = { ...content, ...attributes(file, declaring), ...flags };
  return [{ kind: "GuestFile", name, path, id: declaring.idOf(path), inputs }];
}

function declareDirectory(directory: FoundDirectory, declaring: Declaring): CapturedResource[] {
  const { path } = directory;
  const inside = all(directory).slice(1);
  const same = inside.filter((one) => isSameOwner(one, directory));
  // Where most belong to others, nobody's ownership is declared.
  const isOwned = same.length * 2 >= inside.length;
  const usual = {
    file: usualMode(inside.filter((one) => one.kind === "file")),
    directory: usualMode(inside.filter((one) => one.kind === "directory")),
  };
  const deviates = (one: Found) => (isOwned && !isSameOwner(one, directory)) || one.stat.mode !== usual[one.kind];
  const own = withoutThoseBelow(
    inside.filter((one) => deviates(one) || (one.kind === "file" && declaring.holdingOf(one) !== "beside")),
  );
  const apart = new Set(own.flatMap(all));
  // A directory without files is kept by no version control: a source could be gone there.
  const holdsFiles = inside.some((one) => one.kind === "file" && !apart.has(one));
  const { mode, ...owner } = attributes(directory, declaring);
  const contents = {
    source: declaring.localPath(path),
    ...given({ fileMode: told(usual.file), directoryMode: told(usual.directory) }),
    ...(own.length === 0 ? {} : { exclude: own.map((one) => onlyPath(relative(one, directory))) }),
  };
  const inputs = { ...given({ mode }), ...(isOwned ? owner : {}), ...(holdsFiles ? contents : {}) };
  const resource = { kind: "GuestDirectory" as const, name: declaring.nameFor(path), path, id: declaring.idOf(path) };
  return [{ ...resource, inputs }, ...own.flatMap((one) => declare(one, declaring))];
}

function attributes({ stat }: Found, { accounts }: Declaring) {
  return given({ mode: told(stat.mode), owner: accounts.owner(stat), group: accounts.group(stat) });
}

function told(mode: number | undefined): string | undefined {
  return mode === undefined ? undefined : formatMode(mode);
}

function isSameOwner({ stat }: Found, directory: FoundDirectory): boolean {
  return stat.ownerId === directory.stat.ownerId && stat.groupId === directory.stat.groupId;
}

/** The mode that most of them have. */
function usualMode(found: readonly Found[]): number | undefined {
  const counts = new Map<number | undefined, number>();
  for (const { stat } of found) counts.set(stat.mode, (counts.get(stat.mode) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The outermost of them. */
function withoutThoseBelow(found: readonly Found[]): Found[] {
  const outer: Found[] = [];
  const within = new Set<Found>();
  for (const one of found) {
    if (within.has(one)) continue;
    outer.push(one);
    for (const below of all(one)) within.add(below);
  }
  return outer;
}

function relative({ below }: Found, directory: FoundDirectory): string {
  return below.slice(directory.below.length).join("/");
}
