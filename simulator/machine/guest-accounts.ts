import type { GuestUser } from "../guest/guest-agent";
import type { ResolvedOptions } from "../options";
import { given } from "../../provider/values/given";

/** The accounts of every guest: the main one, and those listed. */
export function guestAccounts(options: ResolvedOptions): GuestUser[] {
  return [mainAccount(options.guestUser, options.guestPassword), ...options.guestUsers.map(withoutUndefined)];
}

function mainAccount(name: string, password: string): GuestUser {
  const root = name === "root";
  const id = root ? 0 : 1000;
  return { name, password, uid: id, gid: id, home: root ? "/root" : `/home/${name}`, shell: "/bin/bash" };
}

function withoutUndefined(user: ResolvedOptions["guestUsers"][number]): GuestUser {
  const { groups, refused, ...rest } = user;
  return { ...rest, ...given({ groups, refused }) };
}
