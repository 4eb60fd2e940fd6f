import { allDone } from "../../operation/all-done";
import type { FileStat } from "../../guest/guest";
import { parentOf } from "../../guest/paths/path";
import { requireFitting } from "../file-system/attributes";
import { observationMaxAgeMs } from "../file-system/freshness";
import { attributesAhead, lookUpAccounts, parentProspects } from "../file-system/look-ahead";
import { modeOfSecrets } from "../file-system/new-file-mode";
import { prospectsOf } from "../prospects";
import type { LookAheadTask, Prospect } from "../resource-kind";
import { isThereAlready, noDirectory } from "./backup";
import { backupPath } from "./backup-path";
import { type DesiredContent, desiredContent, isSecretContent } from "./content";
import { findContent } from "./content-drift";
import { requireAllowed } from "./converge";
import type { GuestFileInputs } from "./schema";
import { locateTarget } from "./target";

type Ahead = LookAheadTask<GuestFileInputs>;

/** Looks at what stands where the file is to be, and at what it needs. */
export function lookAheadOfGuestFile(ahead: Ahead): Promise<Prospect[]> {
  return prospectsOf(look(ahead));
}

async function look(ahead: Ahead): Promise<Prospect[]> {
  const { guest, want } = ahead;
  requireFitting(guest, want);
  const [target, desired] = await allDone([
    locateTarget(ahead, { maxAgeMs: observationMaxAgeMs }),
    desiredContent(want, ahead.op.signal),
  ]);
  requireAllowed(ahead, target, desired);
  const { ids, prospects } = await lookUpAccounts(ahead, want);
  if (target.stat === undefined) {
    return [...prospects, ...secretsMode(ahead), ...(await prospectsOf(parentProspects(ahead, target.path)))];
  }
  const found =
    target.stat.type === "symlink"
      ? linkReplaced(target.stat)
      : await adopted(ahead, target.stat, attributesAhead(want, ids, target.stat), desired);
  return [...prospects, found];
}

function secretsMode({ guest, want, op }: Ahead): Prospect[] {
  if (guest.family === "windows" || want.mode !== undefined || !isSecretContent({ want, op })) return [];
  return [
    {
      outcome: "kept",
      text: `is made with mode ${modeOfSecrets}, since its content is secret and no mode is declared`,
    },
  ];
}

function linkReplaced(stat: FileStat): Prospect {
  const text = `is a symbolic link to ${stat.symlinkTarget ?? "somewhere"} in the guest; a file takes its place`;
  return { outcome: "changed", text };
}

/** A file that is there already, and what becomes of it. The text diff, which is of several lines, comes last. */
async function adopted(
  ahead: Ahead,
  stat: FileStat,
  attributes: readonly string[],
  desired: DesiredContent | undefined,
): Promise<Prospect> {
  const { want } = ahead;
  const content = await contentAhead(ahead, stat, desired);
  const isLost = content !== undefined || want.onExists === "overwrite";
  const copy = isLost ? await copyAhead(ahead, stat) : undefined;
  if (want.onExists === "overwrite") {
    return changed(["is there already; it is written anew", copy, content]);
  }
  const differences = [...attributes, ...(content === undefined ? [] : [copy, content])];
  if (differences.length === 0) return { outcome: "kept", text: "is there already, as declared; it is adopted" };
  return changed(["is there already; it is adopted and changed", ...differences]);
}

async function copyAhead({ guest, want, isComing, op }: Ahead, stat: FileStat): Promise<string | undefined> {
  if (want.backup === undefined) return undefined;
  const copy = backupPath(want.backup, stat.path);
  const directory = parentOf(copy, guest.family);
  const look = { maxAgeMs: observationMaxAgeMs };
  if (!isComing(directory) && !isDirectory(await guest.files.stat(directory, op, look)))
    throw noDirectory(guest, stat.path, copy);
  return `a copy ${(await isThereAlready({ guest, want, op }, copy, stat.path)) ? "has been" : "is"} kept as ${copy}`;
}

function isDirectory(stat: FileStat | undefined): boolean {
  return stat !== undefined && stat.type !== "file";
}

function changed(parts: readonly (string | undefined)[]): Prospect {
  return { outcome: "changed", text: parts.filter((part) => part !== undefined).join("; ") };
}

async function contentAhead(
  ahead: Ahead,
  stat: FileStat,
  desired: DesiredContent | undefined,
): Promise<string | undefined> {
  if (["content", "contentBase64", "source"].some((name) => ahead.unknown.has(name)))
    return `its ${stat.sizeBytes} bytes give way to content that is not known yet`;
  if (desired === undefined) return undefined;
  const finding = await findContent(ahead, desired, stat);
  return finding.same ? undefined : finding.reason;
}
