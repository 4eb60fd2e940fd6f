/** A vCenter user. Without `privileges` all are granted; System.Anonymous, View and Read always are. */
export interface VcenterUser {
  readonly user: string;
  readonly password: string;
  privileges?: readonly string[] | undefined;
}

const systemPrivileges = ["System.Anonymous", "System.View", "System.Read"];

/** Who may log in, and with which privileges; the same ones on every object. */
export class AccessControl {
  readonly #users: Map<string, VcenterUser>;
  readonly #tokens: ReadonlyMap<string, string>;

  constructor(users: readonly VcenterUser[], tokens: readonly { readonly token: string; readonly user: string }[]) {
    this.#users = new Map(users.map((user) => [user.user.toLowerCase(), { ...user }]));
    this.#tokens = new Map(tokens.map(({ token, user }) => [token, user]));
  }

  /** Name of the user, undefined when name or password is wrong. */
  byPassword(user: string, password: string): string | undefined {
    const found = this.#users.get(user.toLowerCase());
    return found?.password === password ? found.user : undefined;
  }

  /** Name of the user that one of these texts is the token of. */
  byToken(candidates: readonly string[]): string | undefined {
    return candidates.map((text) => this.#tokens.get(text)).find((user) => user !== undefined);
  }

  allows(user: string, privilege: string): boolean {
    const granted = this.#users.get(user.toLowerCase())?.privileges;
    return granted === undefined || systemPrivileges.includes(privilege) || granted.includes(privilege);
  }

  /** Errors: a user that does not exist. */
  setPrivileges(user: string, privileges: readonly string[] | undefined): void {
    const found = this.#users.get(user.toLowerCase());
    if (found === undefined) throw new Error(`no vCenter user "${user}"`);
    found.privileges = privileges;
  }

  /** Granted privileges, undefined for all; of an unknown user none. */
  privilegesOf(user: string): readonly string[] | undefined {
    const found = this.#users.get(user.toLowerCase());
    if (found === undefined) return [];
    return found.privileges && [...systemPrivileges, ...found.privileges];
  }
}
