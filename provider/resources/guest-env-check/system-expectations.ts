import type { Guest } from "../../guest/guest";
import type { Finding } from "./finding";
import type { GuestEnvCheckInputs } from "./schema";
import { isTextAsExpected, type TextExpectation, textExpectationInWords } from "./text-expectation";
import { formatToolsVersion, isAtLeast } from "../../vocabulary/tools-version";

/** Operating system and VMware Tools, as vCenter tells them; no request to the guest. */
export function systemFindings(guest: Guest, want: GuestEnvCheckInputs): Finding[] {
  const { guestFamily, guestId, guestFullName, toolsVersionStatus } = guest.system;
  return [
    ...textFinding("guest family", want.guestFamily, guestFamily),
    ...textFinding("guest id", want.guestId, guestId),
    ...textFinding("guest operating system", want.guestFullName, guestFullName),
    ...textFinding("VMware Tools status", want.toolsVersionStatus, toolsVersionStatus),
    ...versionFinding(want.minimumToolsVersion, formatToolsVersion(guest.system.toolsVersion)),
  ];
}

function textFinding(subject: string, expected: TextExpectation | undefined, value: string | undefined): Finding[] {
  if (expected === undefined) return [];
  return [
    {
      subject,
      expected: textExpectationInWords(expected),
      found: value === undefined ? "is not reported" : `is ${JSON.stringify(value)}`,
      met: value !== undefined && isTextAsExpected(expected, value),
    },
  ];
}

function versionFinding(minimum: string | undefined, version: string | undefined): Finding[] {
  if (minimum === undefined) return [];
  return [
    {
      subject: "VMware Tools version",
      expected: `${minimum} or newer`,
      found: version === undefined ? "is not reported" : `is ${version}`,
      met: version !== undefined && isAtLeast(version, minimum),
    },
  ];
}
