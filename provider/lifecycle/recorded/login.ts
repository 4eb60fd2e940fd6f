import { GuestError, hasCode } from "../../errors/guest-error";
import { type GuestCredential, nameOfLogin } from "../../guest/guest";
import { sameValue } from "../../properties/value-differences";
import type { Connection, LifecycleContext } from "../scope/context";
import { credentialOf, ownLogin } from "../scope/guest-access";

type Properties = Readonly<Record<string, unknown>>;

/** A resource of which only the record is known: in delete and refresh the program does not speak. */
export interface RecordedResource {
  /** VM and path, for messages. */
  readonly subject: string;
  readonly inputs: Properties;
}

/**
 * Does `work` under the login that was recorded with the resource. The password may have changed since, which is no
 * difference and therefore not recorded by itself: where the guest refuses that login, `work` is done once more under
 * the provider's. It must be safe to repeat. GUEST_LOGIN_FAILED names the users of all logins that were tried.
 */
export async function underRecordedLogin<T>(
  { subject, inputs }: RecordedResource,
  connection: Connection,
  log: LifecycleContext["log"],
  work: (credential: GuestCredential) => Promise<T>,
): Promise<T> {
  const recorded = ownLogin(inputs);
  if (recorded === undefined) return work(credentialOf(inputs, connection));
  try {
    return await work(recorded);
  } catch (refusal) {
    if (!hasCode(refusal, "GUEST_LOGIN_FAILED")) throw refusal;
    const { guestLogin } = connection;
    if (guestLogin === undefined || isSame(recorded, guestLogin)) throw refused(subject, recorded, undefined, refusal);
    log.warn(
      `${subject}: the guest refused the login recorded with the resource ("${nameOfLogin(recorded)}"); ` +
        `trying the provider's ("${nameOfLogin(guestLogin)}").`,
    );
    return work(guestLogin).catch((error: unknown) => {
      throw hasCode(error, "GUEST_LOGIN_FAILED") ? refused(subject, recorded, guestLogin, error) : error;
    });
  }
}

function isSame(a: GuestCredential, b: GuestCredential): boolean {
  return sameValue(a, b);
}

function refused(
  subject: string,
  recorded: GuestCredential,
  provider: GuestCredential | undefined,
  cause: unknown,
): GuestError {
  const tried =
    provider === undefined
      ? `the login recorded with the resource ("${nameOfLogin(recorded)}"), and the provider has no other to try`
      : `both the login recorded with the resource ("${nameOfLogin(recorded)}") and the provider's ("${nameOfLogin(provider)}")`;
  return new GuestError(
    "GUEST_LOGIN_FAILED",
    `${subject}: the guest refused ${tried}. Set vsphere-guest:guestUser and vsphere-guest:guestPassword (environment: ` +
      "VSPHERE_GUEST_USER, VSPHERE_GUEST_PASSWORD) to a login that the guest accepts, and try again.",
    { cause },
  );
}
