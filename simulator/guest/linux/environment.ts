import { VixError, type GuestUser } from "../guest-agent";
import { vixErrors } from "../vix";

/** The agent's own environment, as a service has it (docs/reference/guest-operations.md#environment). */
const serviceEnvironment: readonly string[] = [
  "LANG=C.UTF-8",
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "INVOCATION_ID=0123456789abcdef0123456789abcdef",
  "JOURNAL_STREAM=8:12345",
];

const replyLimitBytes = 65_536;

/** The agent's environment with USER, HOME and SHELL of the login: no profile is read. */
export function programEnvironment(user: GuestUser): readonly string[] {
  return [...serviceEnvironment, `USER=${user.name}`, `HOME=${user.home}`, `SHELL=${user.shell}`];
}

/** ReadEnvironmentVariableInGuest: all, or those asked that exist, in the order asked. */
export function readEnvironment(user: GuestUser, names: readonly string[]): string[] {
  const entries = programEnvironment(user);
  const find = (name: string): string | undefined => entries.find((entry) => entry.startsWith(`${name}=`));
  const values = names.length === 0 ? [...entries] : names.map(find).filter((entry) => entry !== undefined);
  if (Buffer.byteLength(values.join("\n")) > replyLimitBytes) throw new VixError(vixErrors.OUT_OF_MEMORY);
  return values;
}
