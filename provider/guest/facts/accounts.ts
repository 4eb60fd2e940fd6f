import { GuestError } from "../../errors/guest-error";
import type { GuestAccounts, GuestFamily, GuestPrograms } from "../guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { Operation } from "../../operation/operation";
import { SharedRequests } from "../../operation/shared-requests";

/** Ids are whole numbers below 2^32, the last of which means "no change" to chown(2). */
const largestId = 2 ** 32 - 2;

/**
 * Tells the id of each account asked for, one line each, nothing where there is none. Parameters: `u` or `g` and name
 * by turns. getent knows directory services too; where it is missing, id(1) and /etc/group have to do.
 */
const lookupScript = `
while [ $# -gt 0 ]; do
  id=
  case $1 in
  u) id=$(id -u -- "$2" 2>/dev/null) || id=$(id -u "$2" 2>/dev/null) ;;
  g) if command -v getent >/dev/null 2>&1; then id=$(getent group "$2" | cut -d: -f3)
     else id=$(awk -F: -v name="$2" '$1 == name { print $3; exit }' /etc/group); fi ;;
  esac
  echo "$id"
  shift 2
done
`;

interface AccountName {
  readonly kind: "user" | "group";
  readonly name: string;
}

/** Numeric ids of accounts: numbers need no request, all names asked for at once need one run. */
export class Accounts implements GuestAccounts {
  readonly #known = new Map<string, number>();
  readonly #lookups: SharedRequests<AccountName, ReadonlyMap<string, number>>;
  readonly #vm: VmIdentity;
  readonly #family: GuestFamily;
  readonly #programs: GuestPrograms;

  constructor(vm: VmIdentity, family: GuestFamily, programs: GuestPrograms) {
    this.#vm = vm;
    this.#family = family;
    this.#programs = programs;
    this.#lookups = new SharedRequests((_key, asked, op) => this.#lookUp(asked, op));
  }

  ownerId(owner: string, op: Operation): Promise<number> {
    return this.#idOf({ kind: "user", name: owner }, op);
  }

  groupId(group: string, op: Operation): Promise<number> {
    return this.#idOf({ kind: "group", name: group }, op);
  }

  async #idOf(account: AccountName, op: Operation): Promise<number> {
    if (this.#family === "windows") {
      const remedy = "Leave owner and group out for Windows guests";
      throw new GuestError(
        "GUEST_OPERATION_UNSUPPORTED",
        `${this.#vm.name}: Windows has no numeric owners. ${remedy}.`,
      );
    }
    if (/^\d+$/.test(account.name) && Number(account.name) <= largestId) return Number(account.name);
    const id =
      this.#known.get(keyOf(account)) ?? (await this.#lookups.ask("accounts", account, op)).get(keyOf(account));
    if (id === undefined) {
      const remedy = "Create the account first, or give the number";
      throw new GuestError(
        "INVALID_INPUT",
        `${this.#vm.name}: there is no ${account.kind} ${JSON.stringify(account.name)} in the guest. ${remedy}.`,
      );
    }
    // A name that is missing may exist later; one that is there stays.
    this.#known.set(keyOf(account), id);
    return id;
  }

  async #lookUp(asked: readonly AccountName[], op: Operation): Promise<ReadonlyMap<string, number>> {
    const accounts = [...new Map(asked.map((account) => [keyOf(account), account])).values()];
    const parameters = accounts.flatMap(({ kind, name }) => [kind === "user" ? "u" : "g", name]);
    const lookup = { program: "/bin/sh", arguments: ["-c", lookupScript, "sh", ...parameters] };
    const { stdout } = await this.#programs.ask(lookup, op);
    const lines = stdout.bytes.toString("utf8").split("\n");
    const found = accounts.flatMap((account, index): [string, number][] => {
      const line = lines[index] ?? "";
      return /^\d+$/.test(line) ? [[keyOf(account), Number(line)]] : [];
    });
    return new Map(found);
  }
}

function keyOf({ kind, name }: AccountName): string {
  return `${kind}:${name}`;
}
