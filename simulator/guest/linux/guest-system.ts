import { closeSync, openSync } from "node:fs";
import type { GuestOptions, GuestUser } from "../guest-agent";
import { AccountDatabase } from "./account-database";
import { FileOwners } from "./file-owners";
import { layOutSystem } from "./layout";
import { PathTree } from "./path-tree";
import { deviceMounts, ownMount, systemMounts } from "./shared-directories";

const oPath = 0o10000000;

/**
 * The machine inside a Linux guest: its accounts and its file tree. Until the guest's namespaces exist, the tree is the
 * root directory with the shared directories mapped in; from then on it is what the guest's own processes see, with
 * /proc, /dev and everything mounted there. Either way it is reached through an open directory, since guest users have
 * no right to the directories of the machine above it.
 */
export class GuestSystem {
  readonly users: readonly GuestUser[];
  readonly accounts: AccountDatabase;
  readonly #owners = new FileOwners();
  #currentTree: PathTree | undefined;
  #rootDescriptor: number | undefined;

  constructor(readonly options: GuestOptions) {
    this.users = options.users;
    this.accounts = new AccountDatabase(options.root);
    layOutSystem(options.root, options.users);
  }

  get tree(): PathTree {
    this.#currentTree ??= this.#openMappedTree();
    return this.#currentTree;
  }

  /** Milliseconds since the epoch by the guest's clock. */
  now(): number {
    return this.options.now?.() ?? Date.now();
  }

  /** From now on the tree is the root directory of this process, which lives in the guest's namespaces. */
  enterNamespaceOf(hostPid: number): void {
    this.close();
    this.#currentTree = new PathTree(this.#open(`/proc/${hostPid}/root`), this.#owners);
  }

  /** Releases the tree; the next look at it opens the root directory anew, outside of namespaces. */
  close(): void {
    this.#currentTree = undefined;
    if (this.#rootDescriptor !== undefined) closeSync(this.#rootDescriptor);
    this.#rootDescriptor = undefined;
  }

  #openMappedTree(): PathTree {
    const { root } = this.options;
    const hostPath = process.platform === "linux" ? this.#open(root) : root;
    return new PathTree(hostPath, this.#owners, [...systemMounts(), ...deviceMounts(), ownMount(hostPath)]);
  }

  #open(directory: string): string {
    this.#rootDescriptor = openSync(directory, oPath);
    return `/proc/self/fd/${this.#rootDescriptor}`;
  }
}
