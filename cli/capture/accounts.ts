import type { FileStat, VirtualMachine, WorkOptions } from "../../provider/library";

/** Names of users and groups by their ids; an id that has none stays a number. */
export interface AccountNames {
  owner(stat: FileStat): string | number | undefined;
  group(stat: FileStat): string | number | undefined;
}

/** Tells the name of each id asked for, one line each. Parameters: passwd or group and id by turns. */
const lookupScript = `
while [ $# -gt 1 ]; do
  name=$({ getent "$1" "$2" 2>/dev/null || awk -F: -v id="$2" '$3 == id' "/etc/$1" 2>/dev/null; } | head -n 1 | cut -d: -f1)
  printf '%s\\n' "$name"
  shift 2
done
`;

/** Asks a POSIX guest, with one program run, for the names of all accounts that these objects belong to. */
export async function accountNames(
  vm: VirtualMachine,
  stats: readonly FileStat[],
  work: WorkOptions,
): Promise<AccountNames> {
  const asked = [
    ...ids(stats, "passwd", ({ ownerId }) => ownerId),
    ...ids(stats, "group", ({ groupId }) => groupId),
  ] as const;
  const names = new Map<string, string>();
  if (asked.length > 0) {
    const command = { program: "/bin/sh", arguments: ["-c", lookupScript, "names", ...asked.flat()] };
    const { stdout } = await vm.programs.run(command, work);
    const lines = stdout.bytes.toString("utf8").split("\n");
    asked.forEach(([database, id], at) => names.set(`${database} ${id}`, lines[at] ?? ""));
  }
  const named = (database: string, id: number | undefined) =>
    id === undefined ? undefined : names.get(`${database} ${id}`) || id;
  return {
    owner: ({ ownerId }) => named("passwd", ownerId),
    group: ({ groupId }) => named("group", groupId),
  };
}

function ids(
  stats: readonly FileStat[],
  database: string,
  idOf: (stat: FileStat) => number | undefined,
): [string, string][] {
  const found = new Set(stats.map(idOf).filter((id) => id !== undefined));
  return [...found].map((id) => [database, String(id)]);
}
