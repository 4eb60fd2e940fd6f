import { chmodSync, chownSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GuestUser } from "../guest-agent";
import { groupText, passwdText } from "./accounts";
import { canSwitchUsers } from "./run-as";
import { systemLinks, systemMounts } from "./shared-directories";

const directories: readonly (readonly [path: string, mode: number])[] = [
  ["dev", 0o755],
  ["dev/shm", 0o1777],
  ["etc", 0o755],
  ["etc/vmware-tools", 0o755],
  ["home", 0o755],
  ["mnt", 0o755],
  ["opt", 0o755],
  ["proc", 0o555],
  ["root", 0o700],
  ["run", 0o755],
  ["srv", 0o755],
  ["sys", 0o555],
  ["tmp", 0o1777],
  ["usr", 0o755],
  ["usr/local", 0o755],
  ["usr/local/bin", 0o755],
  ["usr/local/etc", 0o755],
  ["usr/local/lib", 0o755],
  ["usr/local/share", 0o755],
  ["var", 0o755],
  ["var/lib", 0o755],
  ["var/lib/vmware/VGAuth/aliasStore", 0o755],
  ["var/log", 0o755],
  ["var/tmp", 0o1777],
];

/** What a login shell reads: only the search path, as Debian sets it. */
const profileText = `if [ "$(id -u)" -eq 0 ]; then
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
else
  PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games
fi
export PATH
`;

/** Fills an empty directory with the few files of a minimal system; any other directory is taken as it is. */
export function layOutSystem(root: string, users: readonly GuestUser[]): void {
  mkdirSync(root, { recursive: true });
  if (readdirSync(root).length > 0) return;
  chmodSync(root, 0o755);
  for (const [path, mode] of directories) makeDirectory(join(root, path), mode);
  for (const { name, target } of systemLinks()) symlinkSync(target, join(root, name));
  for (const { guestPath } of systemMounts()) placeMountPoint(root, guestPath);
  writeEtc(root, users);
  for (const user of users) makeHome(root, user);
}

function makeDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

function placeMountPoint(root: string, guestPath: string): void {
  const path = join(root, guestPath);
  if (guestPath === "/etc/ld.so.cache") writeFileSync(path, "");
  else mkdirSync(path, { recursive: true });
}

function writeEtc(root: string, users: readonly GuestUser[]): void {
  const files: Readonly<Record<string, string>> = {
    passwd: passwdText(users),
    group: groupText(users),
    hosts: "127.0.0.1 localhost\n",
    hostname: "guest\n",
    profile: profileText,
    shells: "/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n",
    "os-release": 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, "etc", name), text, { mode: 0o644 });
}

function makeHome(root: string, user: GuestUser): void {
  const home = join(root, user.home);
  if (user.home === "/root") return;
  mkdirSync(home, { recursive: true, mode: 0o755 });
  if (canSwitchUsers()) chownSync(home, user.uid, user.gid);
}
