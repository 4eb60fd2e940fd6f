import { VixError, type GuestCredential, type GuestUser } from "./guest-agent";
import { vixErrors } from "./vix";

const userNameLimitBytes = 2048;

/** Shells that PAM's pam_shells lets in, as in the guests' /etc/shells. */
const loginShells: ReadonlySet<string> = new Set([
  "/bin/sh",
  "/bin/bash",
  "/usr/bin/sh",
  "/usr/bin/bash",
  "/bin/dash",
  "/usr/bin/dash",
]);

/**
 * What is refused before the password is looked at: an empty or overlong user name
 * (docs/reference/guest-operations.md#guest-login).
 */
export function checkCredentialShape(auth: GuestCredential): void {
  if (auth.type === "SSPIAuthentication" || auth.type === "TicketedSessionAuthentication") {
    throw new VixError(vixErrors.NOT_SUPPORTED);
  }
  if (auth.type !== "NamePasswordAuthentication") return;
  if (auth.username === "" || Buffer.byteLength(auth.username) > userNameLimitBytes) {
    throw new VixError(vixErrors.INVALID_ARGUMENT);
  }
}

/**
 * Logs in to a Linux guest. Unknown user, wrong password, locked or expired account and a shell that is no login shell
 * are all the same error; an account with an empty password takes any.
 */
export function logIn(users: readonly GuestUser[], auth: GuestCredential): GuestUser {
  checkCredentialShape(auth);
  const user =
    auth.type === "NamePasswordAuthentication" ? users.find(({ name }) => name === auth.username) : undefined;
  if (user === undefined || !mayLogIn(user) || auth.type !== "NamePasswordAuthentication") throw refused();
  if (user.password !== "" && user.password !== auth.password) throw refused();
  return user;
}

/** The account that another kind of login stands for. */
export function accountNamed(users: readonly GuestUser[], name: string): GuestUser {
  const user = users.find((one) => one.name === name);
  if (user === undefined || !mayLogIn(user)) throw refused();
  return user;
}

function mayLogIn(user: GuestUser): boolean {
  return user.refused !== true && loginShells.has(user.shell);
}

function refused(): VixError {
  return new VixError(vixErrors.INVALID_LOGIN_CREDENTIALS, "guest login refused");
}
