import { prospectsOf } from "../prospects";
import type { LookAheadTask, Prospect } from "../resource-kind";
import { describeFinding, type Finding } from "./finding";
import { look } from "./look";
import { absence } from "./path-expectations";
import type { GuestEnvCheckInputs } from "./schema";

type Ahead = LookAheadTask<GuestEnvCheckInputs>;

const shownFindings = 10;

/** What is not met now. It is not told to fail: what the check depends on may change it before its turn comes. */
export function lookAheadOfGuestEnvCheck(ahead: Ahead): Promise<Prospect[]> {
  return prospectsOf(unmetNow(ahead));
}

async function unmetNow(ahead: Ahead): Promise<Prospect[]> {
  const { want, op, isComing } = ahead;
  const { report } = await look(ahead);
  const unmet = report.filter(({ met, subject, found }) => !met && !(found === absence && isComing(subject)));
  if (unmet.length === 0) return [];
  const holdsSecret = [...op.secretInputs].some((name) => name !== "guest");
  const lines = holdsSecret ? [] : linesOf(unmet);
  const then = want.onFailure === "warn" ? "" : ", and fails if they are not met then";
  const summary = `${unmet.length} of ${report.length} expectations are not met now; up looks again after what this check depends on${then}`;
  return [{ outcome: "open", text: [summary, ...lines].join("\n") }];
}

function linesOf(findings: readonly Finding[]): string[] {
  const more = findings.length - shownFindings;
  const shown = findings.slice(0, shownFindings).map((finding) => `    ${describeFinding(finding)}`);
  return more > 0 ? [...shown, `    … and ${more} more`] : shown;
}
