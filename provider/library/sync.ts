import { resolve } from "node:path";
import { z } from "zod";
import { guestDirectory } from "../resources";
import { given } from "../values/given";
import type { Access } from "./access";
import { ManagedResource } from "./managed";
import type { WorkOptions } from "./work";

export interface SyncOptions extends WorkOptions {
  /** Remove whatever is in the directory there and not here. */
  readonly purge?: boolean;
  /** Glob patterns of relative paths that are left out. */
  readonly exclude?: readonly string[];
  /** Directories above it that are missing are made. */
  readonly createParents?: boolean;
  /** Octal text, e.g. "0640"; POSIX guests only, as is `directoryMode`. */
  readonly fileMode?: string;
  readonly directoryMode?: string;
}

/** What a synced directory holds of the one here. */
export interface Synced {
  readonly fileCount: number;
  readonly directoryCount: number;
  /** sha256 over paths and contents, in hex. */
  readonly sha256: string;
}

/** Of the resource's state: what is unset is null there. */
const treeSchema = z.object({
  files: z.record(z.string(), z.unknown()).nullish(),
  directories: z.array(z.string()).nullish(),
  sha256: z.string().nullish(),
});

/** Makes a directory of the guest hold what one here holds, as the resource GuestDirectory does: only what differs is sent. */
export async function sync(access: Access, localPath: string, path: string, options: SyncOptions): Promise<Synced> {
  const directory = new ManagedResource(guestDirectory, access);
  await directory.up(declared(localPath, path, options), options);
  const { files, directories, sha256 } = treeSchema.parse(directory.state);
  return {
    fileCount: Object.keys(files ?? {}).length,
    directoryCount: directories?.length ?? 0,
    sha256: sha256 ?? "",
  };
}

/** What a sync would meet and change, in lines for people; changes nothing. */
export function previewSync(
  access: Access,
  localPath: string,
  path: string,
  options: SyncOptions,
): Promise<readonly string[]> {
  return new ManagedResource(guestDirectory, access).prospects(declared(localPath, path, options), options);
}

function declared(localPath: string, path: string, options: SyncOptions) {
  const { purge, exclude, createParents, fileMode, directoryMode } = options;
  return { path, source: resolve(localPath), ...given({ purge, exclude, createParents, fileMode, directoryMode }) };
}
