import { resolve } from "node:path";
import { z } from "zod";
import { GuestError } from "../errors/guest-error";
import { check } from "../lifecycle/check";
import { PartialFailure } from "../lifecycle/converge";
import { create } from "../lifecycle/create";
import { lookAhead } from "../lifecycle/look-ahead";
import type { LifecycleContext } from "../lifecycle/scope/context";
import { GuestObjects } from "../lifecycle/scope/guest-objects";
import type { Logger } from "../operation/operation";
import { guestDirectory } from "../resources";
import { given } from "../values/given";
import type { Access } from "./access";
import { silent, type WorkOptions } from "./work";

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
  const inputs = checked(access, localPath, path, options);
  const request = { inputs, secretInputs: new Set<string>(), ...given({ timeoutSeconds: options.timeoutSeconds }) };
  try {
    const { state } = await create(guestDirectory, request, contextOf(access, options, options.log ?? silent));
    const { files, directories, sha256 } = treeSchema.parse(state);
    return {
      fileCount: Object.keys(files ?? {}).length,
      directoryCount: directories?.length ?? 0,
      sha256: sha256 ?? "",
    };
  } catch (error) {
    // What was made is there, and the next call goes on from it.
    throw error instanceof PartialFailure ? error.cause : error;
  }
}

/** What a sync would meet and change, in lines for people; changes nothing. */
export async function previewSync(
  access: Access,
  localPath: string,
  path: string,
  options: SyncOptions,
): Promise<readonly string[]> {
  const inputs = checked(access, localPath, path, options);
  const lines: string[] = [];
  const tell = (line: string) => void lines.push(line);
  const request = { inputs, secretInputs: new Set<string>() };
  await lookAhead(guestDirectory, request, contextOf(access, options, { debug: () => {}, info: tell, warn: tell }));
  return lines;
}

function checked(access: Access, localPath: string, path: string, options: SyncOptions) {
  const { purge, exclude, createParents, fileMode, directoryMode } = options;
  const inputs = {
    vm: access.selector,
    path,
    source: resolve(localPath),
    ...given({ purge, exclude, createParents, fileMode, directoryMode }),
  };
  const { failures } = check(guestDirectory, { inputs, secretInputs: new Set() });
  if (failures.length === 0) return inputs;
  throw new GuestError("INVALID_INPUT", failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
}

function contextOf(access: Access, { signal }: WorkOptions, log: Logger): LifecycleContext {
  return {
    urn: undefined,
    signal: signal ?? new AbortController().signal,
    log,
    objects: new GuestObjects(),
    connect: () => ({ source: access.vcenter, guestLogin: access.requiredLogin() }),
  };
}
