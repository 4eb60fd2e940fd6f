import { closeSync, openSync } from "node:fs";
import type { GuestOptions, GuestUser } from "../guest-agent";
import { AccountDatabase } from "./account-database";
import { layOutSystem } from "./layout";
import { PathTree } from "./path-tree";
import { deviceMounts, ownMount, systemMounts } from "./shared-directories";

const O_PATH = 0o10000000;

/**
 * The machine inside a Linux guest: its users and its file tree. Until the guest's namespaces exist, the tree is the
 * root directory with the shared directories mapped in; from then on it is what the guest's own processes see, with
 * /proc, /dev and everything mounted there.
 */
export class GuestSystem {
  readonly users: readonly GuestUser[];
  readonly accounts: AccountDatabase;
  private currentTree: PathTree;
  private namespaceRoot: number | undefined;

  constructor(readonly options: GuestOptions) {
    this.users = options.users;
    this.accounts = new AccountDatabase(options.root);
    layOutSystem(options.root, options.users);
    this.currentTree = this.mappedTree();
  }

  get tree(): PathTree {
    return this.currentTree;
  }

  /** Milliseconds since the epoch by the guest's clock. */
  now(): number {
    return this.options.now?.() ?? Date.now();
  }

  /** From now on the tree is the root directory of this process, which lives in the guest's namespaces. */
  enterNamespaceOf(hostPid: number): void {
    this.leaveNamespace();
    this.namespaceRoot = openSync(`/proc/${hostPid}/root`, O_PATH);
    this.currentTree = new PathTree(`/proc/self/fd/${this.namespaceRoot}`);
  }

  leaveNamespace(): void {
    if (this.namespaceRoot === undefined) return;
    closeSync(this.namespaceRoot);
    this.namespaceRoot = undefined;
    this.currentTree = this.mappedTree();
  }

  private mappedTree(): PathTree {
    const { root } = this.options;
    return new PathTree(root, [...systemMounts(), ...deviceMounts(), ownMount(root)]);
  }
}
