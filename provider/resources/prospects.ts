import { type GuestErrorCode, hasCode } from "../errors/guest-error";
import { allDone } from "../operation/all-done";
import { printableName } from "../values/printable";
import type { Prospect } from "./resource-kind";

/** Failures that tell of the object that was looked for, not of the way to the guest. */
const tellingOfObject: readonly GuestErrorCode[] = [
  "INVALID_INPUT",
  "PATH_NOT_FOUND",
  "PATH_EXISTS",
  "NOT_A_FILE",
  "NOT_A_DIRECTORY",
  "PATH_TOO_LONG",
  "GUEST_PERMISSION_DENIED",
  "GUEST_OPERATION_UNSUPPORTED",
  "PROGRAM_FAILED",
];

const shownNames = 5;

/** What several looks at once find. One that fails because of what it looked at has found a reason for the create to fail. */
export async function prospectsOf(...looks: readonly Promise<readonly Prospect[]>[]): Promise<Prospect[]> {
  return (await allDone(looks.map((look) => look.catch(failureAsProspect)))).flat();
}

/** A reason for the create to fail as things are now. */
export function failing(text: string): Prospect {
  return { outcome: "failing", text };
}

/** Names for people: the first few, and how many more. */
export function firstOf(names: readonly string[]): string {
  const more = names.length - shownNames;
  return names.slice(0, shownNames).map(printableName).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function failureAsProspect(error: unknown): Prospect[] {
  if (!(error instanceof Error) || !tellingOfObject.some((code) => hasCode(error, code))) throw error;
  return [failing(error.message)];
}
