import type { GuestWork } from "../resource-kind";
import type { Finding } from "./finding";
import type { GuestEnvCheckTask } from "./schema";

/** Integrity levels that a token without UAC's filter has: high and system ([MS-DTYP] 2.4.2.4). */
const elevatedLevels = ["S-1-16-12288", "S-1-16-16384"];
const integrityLevel = /S-1-16-\d+/;

/** Whether programs of the guest login have full rights, by the guest's own id or whoami, run only where it is asked for. */
export async function elevationFindings(task: GuestEnvCheckTask): Promise<Finding[]> {
  const { guest, want } = task;
  if (want.elevated === undefined) return [];
  const { elevated, reason } = guest.family === "windows" ? await ofWindows(task) : await ofPosix(task);
  const words = { true: "is elevated", false: "is not elevated", undefined: "cannot be told" };
  return [
    {
      subject: "guest login",
      expected: want.elevated ? "to be elevated" : "not to be elevated",
      found: `${words[`${elevated}`]} (${reason})`,
      met: elevated === want.elevated,
    },
  ];
}

interface Elevation {
  readonly elevated: boolean | undefined;
  readonly reason: string;
}

async function ofPosix(work: GuestWork): Promise<Elevation> {
  const { text, exitCode } = await answerOf(work, "id -u");
  if (exitCode !== 0 || !/^\d+$/.test(text)) return { elevated: undefined, reason: "id does not answer" };
  return { elevated: text === "0", reason: `user id ${text}` };
}

/** UAC gives programs of all administrators but the built-in one a token without the rights of an administrator. */
async function ofWindows(work: GuestWork): Promise<Elevation> {
  const whoami = "@%SystemRoot%\\System32\\whoami.exe /groups /fo csv /nh\r\n";
  return elevationOfToken((await answerOf(work, whoami)).text);
}

/** By the mandatory label among the groups that whoami lists: `"Mandatory Label\High Mandatory Level","Label","S-1-16-12288",""`. */
export function elevationOfToken(groups: string): Elevation {
  const level = integrityLevel.exec(groups)?.[0];
  if (level === undefined) return { elevated: undefined, reason: "whoami does not tell the integrity level" };
  return { elevated: elevatedLevels.includes(level), reason: `integrity level ${level}` };
}

async function answerOf({ guest, op }: GuestWork, script: string): Promise<{ text: string; exitCode: number }> {
  const { stdout, exitCode } = await guest.programs.ask({ script }, op);
  return { text: stdout.bytes.toString("latin1").trim(), exitCode };
}
