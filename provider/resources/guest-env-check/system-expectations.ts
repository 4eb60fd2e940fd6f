import { type Finding, untoldWhereSecret } from "./finding";
import type { GuestEnvCheckInputs, GuestEnvCheckTask } from "./schema";
import { isTextAsExpected, type TextExpectation, textExpectationInWords } from "./text-expectation";
import { formatToolsVersion, isAtLeast } from "../../vocabulary/tools-version";

/** Operating system and VMware Tools, as vCenter tells them; no request to the guest. */
export function systemFindings({ guest, want, op }: GuestEnvCheckTask): Finding[] {
  const { guestFamily, guestId, guestFullName, toolsVersionStatus, toolsVersion } = guest.system;
  const findings: Readonly<Partial<Record<keyof GuestEnvCheckInputs, Finding[]>>> = {
    guestFamily: textFinding("guest family", want.guestFamily, guestFamily),
    guestId: textFinding("guest id", want.guestId, guestId),
    guestFullName: textFinding("guest operating system", want.guestFullName, guestFullName),
    toolsVersionStatus: textFinding("VMware Tools status", want.toolsVersionStatus, toolsVersionStatus),
    minimumToolsVersion: versionFinding(want.minimumToolsVersion, formatToolsVersion(toolsVersion)),
  };
  return Object.entries(findings).flatMap(([input, found]) => untoldWhereSecret(op.secretInputs, input, found));
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
