import { closeSync, mkdirSync, openSync } from "node:fs";
import { randomInt } from "node:crypto";
import type { GuestUser } from "../../guest-agent";
import { ErrnoError, errnoOf } from "../../vix";
import type { PathTree } from "../path-tree";

/** Where the agent puts temporary objects of a user when no directory is given: made on first use, mode 0700. */
export class UserTemporaryDirectories {
  readonly #paths = new Map<string, string>();
  readonly #agentId: number;

  /** `agentId` stands for the agent's pid in the names. */
  constructor(agentId: number) {
    this.#agentId = agentId;
  }

  pathFor(tree: PathTree, user: GuestUser): string {
    const known = this.#paths.get(user.name);
    if (known !== undefined && tree.locate(known, { followLast: false }).stats?.isDirectory() === true) return known;
    const path = `/tmp/vmware-${user.name}_${this.#agentId}-${randomInt(100_000_000, 999_999_999)}`;
    mkdirSync(tree.locateForChange(path, { followLast: false }).hostPath, { mode: 0o700 });
    this.#paths.set(user.name, path);
    return path;
  }
}

/** A new empty file, mode 0600, named `<prefix>vmware<odd number><suffix>`. Returns its path. */
export function createTemporaryFile(tree: PathTree, directory: string, prefix: string, suffix: string): string {
  return createTemporary(
    tree,
    directory,
    (number) => `${prefix}vmware${number * 2 + 1}${suffix}`,
    (hostPath) => {
      closeSync(openSync(hostPath, "wx+", 0o600));
    },
  );
}

/** A new directory, mode 0700, named with an even number. Returns its path. */
export function createTemporaryDirectory(tree: PathTree, directory: string, prefix: string, suffix: string): string {
  return createTemporary(
    tree,
    directory,
    (number) => `${prefix}vmware${number * 2}${suffix}`,
    (hostPath) => {
      mkdirSync(hostPath, { mode: 0o700 });
    },
  );
}

function createTemporary(
  tree: PathTree,
  directory: string,
  nameOf: (number: number) => string,
  create: (hostPath: string) => void,
): string {
  if (tree.locate(directory, { followLast: true }).stats === undefined) throw new ErrnoError("ENOENT");
  for (let range = 128; ; range *= 2) {
    const path = `${directory.replace(/\/+$/, "")}/${nameOf(randomInt(1, range))}`;
    try {
      create(tree.locateForChange(path, { followLast: false }).hostPath);
      return path;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
  }
}
