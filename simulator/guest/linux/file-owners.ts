import { chownSync, statSync, type Stats } from "node:fs";
import type { GuestUser } from "../guest-agent";
import { ErrnoError } from "../vix";
import { canSwitchUsers } from "./run-as";

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** An id that means "as it is" in chown(2), as the API may send it. */
const unchanged = new Set([-1, 0xffffffff]);

/**
 * Who owns the files of a guest. As root that is the file system's business. Without root nothing can be given away,
 * so what guests set is kept in memory, and what is our own shows as root's, as programs in a user namespace see it.
 */
export class FileOwners {
  readonly #recorded = new Map<string, Owner>();
  readonly #isRecording = !canSwitchUsers();

  /** The same stats with the guest's idea of the owner. */
  view(stats: Stats): Stats {
    if (!this.#isRecording) return stats;
    const { uid, gid } = this.#ownerOf(stats);
    return Object.assign(stats, { uid, gid });
  }

  /** chown(2) for a guest user, on a path that is no link. EPERM where a user may not give the file away. */
  change(user: GuestUser, hostPath: string, ownerId: number | undefined, groupId: number | undefined): void {
    if (!this.#isRecording) {
      chownSync(hostPath, ownerId ?? -1, groupId ?? -1);
      return;
    }
    const stats = statSync(hostPath);
    const before = this.#ownerOf(stats);
    const uid = ownerId === undefined || unchanged.has(ownerId) ? before.uid : ownerId;
    const gid = groupId === undefined || unchanged.has(groupId) ? before.gid : groupId;
    if (user.uid !== 0 && (uid !== before.uid || gid !== before.gid)) throw new ErrnoError("EPERM");
    this.#recorded.set(keyOf(stats), { uid, gid });
  }

  /** A new or overwritten file is its writer's. */
  give(user: GuestUser, hostPath: string): void {
    if (this.#isRecording) this.#recorded.set(keyOf(statSync(hostPath)), { uid: user.uid, gid: user.gid });
    else chownSync(hostPath, user.uid, user.gid);
  }

  #ownerOf(stats: Stats): Owner {
    const known = this.#recorded.get(keyOf(stats));
    if (known !== undefined) return known;
    return {
      uid: stats.uid === process.getuid?.() ? 0 : stats.uid,
      gid: stats.gid === process.getgid?.() ? 0 : stats.gid,
    };
  }
}

/** Inode numbers are used again: the time of birth tells one file from its successor. */
function keyOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}
