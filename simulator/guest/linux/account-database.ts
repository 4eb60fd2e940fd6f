import type { GuestUser } from "../guest-agent";
import { WatchedText } from "../watched-text";

/** Accounts and groups by the guest's own /etc/passwd and /etc/group, as they are now. */
export class AccountDatabase {
  readonly #names: WatchedText<ReadonlyMap<number, string>>;
  readonly #members: WatchedText<ReadonlyMap<string, readonly number[]>>;

  constructor(root: string) {
    this.#names = new WatchedText(`${root}/etc/passwd`, namesByUid);
    this.#members = new WatchedText(`${root}/etc/group`, groupsByMember);
  }

  /** Name of a user id; an id without account is its own name. */
  ownerName(uid: number): string {
    return this.#names.get().get(uid) ?? String(uid);
  }

  /** The user with the supplementary groups that a login gives now. */
  withGroups(user: GuestUser): GuestUser {
    const groups = this.#members.get().get(user.name) ?? [];
    return { ...user, groups };
  }
}

function namesByUid(passwd: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of passwd.split("\n")) {
    const [name, , uid] = line.split(":");
    if (name !== undefined && uid !== undefined && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}

function groupsByMember(group: string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const line of group.split("\n")) {
    const [, , gid, members = ""] = line.split(":");
    if (gid === undefined || !/^\d+$/.test(gid)) continue;
    for (const name of members.split(",").filter((one) => one !== "")) {
      groups.set(name, [...(groups.get(name) ?? []), Number(gid)]);
    }
  }
  return groups;
}
