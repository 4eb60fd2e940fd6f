import { hasCode } from "../../errors/guest-error";
import type { Finding } from "./finding";
import type { GuestEnvCheckTask } from "./schema";

/** vCenter privileges of the provider's user on the VM. */
export async function privilegeFindings({ guest, want, op }: GuestEnvCheckTask): Promise<Finding[]> {
  if (want.privileges === undefined) return [];
  const granted = await guest.privileges(want.privileges, op);
  return want.privileges.map((id) => {
    const met = granted.get(id) === true;
    return { subject: `privilege ${id}`, expected: "to be granted", found: met ? "is granted" : "is not granted", met };
  });
}

const loginSubject = "guest login";

/** True where a report says that the login is refused: it is not tried again, so that a further look tells no more. */
export function isLoginRefused(report: readonly Finding[]): boolean {
  return report.some(({ subject, met }) => subject === loginSubject && !met);
}

/** Whether the guest login works. */
export async function loginFindings({ guest, want, op }: GuestEnvCheckTask): Promise<Finding[]> {
  if (want.validateLogin !== true) return [];
  const met = await guest.validateLogin(op).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, "GUEST_LOGIN_FAILED")) return false;
      throw error;
    },
  );
  return [{ subject: loginSubject, expected: "to work", found: met ? "works" : "is refused", met }];
}
