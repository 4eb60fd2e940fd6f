import type { CorpusRecord } from "./corpus";
import type { ReplayGuest } from "./replay-guest";
import { compare } from "./verdict";

/** What the commands of a record found afterwards, compared with what they find now. */
export async function compareObserved(
  guest: ReplayGuest,
  record: CorpusRecord,
  placeholders: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const complaints: string[] = [];
  for (const { cmd, out } of record.observed ?? []) {
    const command = Object.entries(placeholders).reduce((text, [name, value]) => text.replaceAll(name, value), cmd);
    const { output, errors } = await guest.shellResult("root", resultCommand(command));
    const wanted = normalize(out, placeholders);
    // The recorder kept errors of some commands and not of others.
    const readings = [output, output + errors].map((text) => normalize(text, placeholders));
    if (!readings.includes(wanted)) complaints.push(...compare(`\`${cmd}\``, wanted, readings[1]));
  }
  return complaints;
}

/** The recorder put some of its findings in other words than its commands say. */
function resultCommand(command: string): string {
  const children = /^cat \/proc\/(\d+)\/comm; pgrep -P \d+ -a$/.exec(command)?.[1];
  if (children !== undefined) {
    return `echo "$(cat /proc/${children}/comm); children: $(pgrep -P ${children} -a | cut -d' ' -f2-)"`;
  }
  const result = /^stat -c '%F %a %U %G %s' (\/.*|[^<]\S*)$/s.exec(command)?.[1];
  if (result === undefined) return command;
  const path = `'${result.replaceAll("'", "'\\''")}'`;
  return `cd /; stat -c '%F %a %U %G %s' ${path}; d=$(dirname ${path}); echo "parent: /\${d#/} $(stat -c '%a %U' "$d")"`;
}

/** Takes out what changes from run to run: pids, times of now, random numbers in names. */
function normalize(text: string, placeholders: Readonly<Record<string, string>>): string {
  const pid = placeholders["<pid>"];
  return (pid === undefined ? text : text.replace(new RegExp(`\\b${pid}\\b`, "g"), "<pid>"))
    .replace(/\b1[78]\d{8}\b/g, "<now>")
    .replace(/vmware-(\w+)_\d+-\d+/g, "vmware-$1_N")
    .replace(/^(bash: line 1: +)\d+ /gm, "$1<pid> ")
    .replace(/^own=\d+$/gm, "own=<number>")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}
