import type { GuestUser } from "../guest-agent";

interface SystemAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

const systemAccounts: readonly SystemAccount[] = [
  { name: "daemon", uid: 1, gid: 1, home: "/usr/sbin" },
  { name: "bin", uid: 2, gid: 2, home: "/bin" },
  { name: "sys", uid: 3, gid: 3, home: "/dev" },
  { name: "games", uid: 5, gid: 60, home: "/usr/games" },
  { name: "mail", uid: 8, gid: 8, home: "/var/mail" },
  { name: "www-data", uid: 33, gid: 33, home: "/var/www" },
  { name: "nobody", uid: 65534, gid: 65534, home: "/nonexistent" },
];

const systemGroups: Readonly<Record<string, number>> = {
  adm: 4,
  tty: 5,
  disk: 6,
  sudo: 27,
  shadow: 42,
  staff: 50,
  users: 100,
};

/** Text of /etc/passwd for these users; root is there in any case. */
export function passwdText(users: readonly GuestUser[]): string {
  const lines = new Map<string, string>([["root", "root:x:0:0:root:/root:/bin/bash"]]);
  for (const { name, uid, gid, home } of systemAccounts) {
    lines.set(name, `${name}:x:${uid}:${gid}:${name}:${home}:/usr/sbin/nologin`);
  }
  for (const { name, uid, gid, home, shell } of users) {
    lines.set(name, `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`);
  }
  return [...lines.values(), ""].join("\n");
}

/** Text of /etc/group: a group for each primary gid, and one for each supplementary gid that has no name yet. */
export function groupText(users: readonly GuestUser[]): string {
  const names = new Map<number, string>([[0, "root"]]);
  for (const { name, gid } of systemAccounts) names.set(gid, gid === 65534 ? "nogroup" : name);
  for (const [name, gid] of Object.entries(systemGroups)) names.set(gid, name);
  for (const { name, gid } of users) if (!names.has(gid)) names.set(gid, name);
  for (const gid of users.flatMap((user) => user.groups ?? [])) if (!names.has(gid)) names.set(gid, `group${gid}`);
  const lines = [...names].map(([gid, name]) => `${name}:x:${gid}:${membersOf(gid, users).join(",")}`);
  return [...lines, ""].join("\n");
}

function membersOf(gid: number, users: readonly GuestUser[]): string[] {
  return users.filter((user) => user.groups?.includes(gid) === true).map((user) => user.name);
}
