import type { DirectoryEntry } from "../../calls/list-entries";
import { given } from "../../../values/given";

/** One output stream as the wrapper published it. */
export interface PublishedOutput {
  readonly sizeBytes: number;
  /** The bytes, where the stream was small enough to be published. */
  readonly bytes?: Buffer;
}

/** A run that another deploy started. */
export interface EarlierRun {
  /** Name of its room, for `Runner.roomPath`. */
  readonly roomName: string;
  readonly runId: string;
  /** When it was found, by the guest's clock. */
  readonly foundAt?: Date;
}

export type RunFailure = "directory" | "missing" | "denied";

/** What the names in a run's room tell of the run so far. */
export interface RunReport {
  readonly begun: boolean;
  /** Processes of the run are in a group of their own. */
  readonly grouped: boolean;
  /** Pid of the group leader, that is of the program, and of the wrapper that waits for it. */
  readonly leaderPid?: number;
  readonly wrapperPid?: number;
  /** When it began, by the guest's clock. */
  readonly begunAt?: Date;
  /** Name in the room by which a later deploy finds the run. */
  readonly mark?: string;
  /** Nothing was started: this run of an earlier deploy, in the room of that name, is the one. */
  readonly earlier?: EarlierRun;
  /** How much the program has written so far. */
  readonly outputBytes: { readonly out: number; readonly err: number };
  /** Why the program was not started. */
  readonly failure?: RunFailure;
  readonly end?: RunEnd;
}

/** What came out of a run. */
export interface RunEnd {
  readonly exitCode: number;
  readonly stdout: PublishedOutput;
  readonly stderr: PublishedOutput;
  /** By the guest's clock. */
  readonly at?: Date;
}

/**
 * Reads a report from a listing of the room. A name that does not have the form the wrapper gives it is not counted.
 * An end counts only with all the pieces it tells of: a listing is no snapshot, it may show `rc` without an earlier
 * name.
 */
export function readReport(runId: string, entries: readonly DirectoryEntry[]): RunReport {
  const prefix = `${runId}.`;
  const names = entries.map(({ name }) => name).filter((name) => name.startsWith(prefix));
  const told = names.map((name) => name.slice(prefix.length));
  const timeOf: TimeOf = (name) =>
    entries.find((entry) => entry.name === `${prefix}${name}`)?.info.attributes.modificationTime;
  const pid = firstMatch(told, /^pid\.(\d{1,10})\.(\d{1,10})$/);
  const failure = firstMatch(told, /^failed\.(directory|missing|denied)$/);
  const earlier = readEarlier(told, timeOf);
  const mark = firstMatch(told, /^key(?:\.[0-9a-f]+\.[0-9a-f]+\.\d{1,10}|-[0-9a-f]+)$/);
  const begunAt = timeOf("begun");
  const end = readEnd(told, timeOf);
  const sizeOf = (name: string) => entries.find((entry) => entry.name === `${prefix}${name}`)?.info.size ?? 0;
  return {
    begun: told.includes("begun"),
    ...given({ begunAt }),
    outputBytes: { out: sizeOf("out"), err: sizeOf("err") },
    grouped: !told.includes("nogroup"),
    ...(pid === undefined ? {} : { leaderPid: Number(pid[1]), wrapperPid: Number(pid[2]) }),
    ...(mark === undefined ? {} : { mark: `${prefix}${mark[0]}` }),
    ...given({ earlier }),
    ...(failure === undefined ? {} : { failure: failure[1] as RunFailure }),
    ...given({ end }),
  };
}

type TimeOf = (name: string) => Date | undefined;

/** Windows tells the room by its whole name. */
function readEarlier(told: readonly string[], timeOf: TimeOf): EarlierRun | undefined {
  const earlier = firstMatch(told, /^earlier\.(?:\.vsphere-guest-run-)?([0-9a-f]{32})\.(\d{1,4})$/);
  if (earlier === undefined) return undefined;
  const foundAt = timeOf(earlier[0]);
  const [, roomName = "", runId = ""] = earlier;
  return { roomName, runId, ...given({ foundAt }) };
}

function readEnd(told: readonly string[], timeOf: TimeOf): RunEnd | undefined {
  const rc = firstMatch(told, /^rc\.(-?\d{1,10})\.(\d{1,15})\.(\d{1,4})\.(\d{1,15})\.(\d{1,4})$/);
  if (rc === undefined) return undefined;
  const [exitCode = 0, outBytes = 0, outPieces = 0, errBytes = 0, errPieces = 0] = rc.slice(1).map(Number);
  const stdout = readOutput(told, "out", outBytes, outPieces);
  const stderr = readOutput(told, "err", errBytes, errPieces);
  const at = timeOf(rc[0]);
  return stdout && stderr && { exitCode, stdout, stderr, ...given({ at }) };
}

/** Undefined while pieces are missing. */
function readOutput(
  told: readonly string[],
  stream: "out" | "err",
  sizeBytes: number,
  pieceCount: number,
): PublishedOutput | undefined {
  if (sizeBytes === 0) return { sizeBytes, bytes: Buffer.alloc(0) };
  if (pieceCount === 0) return { sizeBytes };
  const pieces: string[] = [];
  for (const name of told) {
    const piece = /^(out|err)\.(\d{1,4})\.([A-Za-z0-9_=-]+)$/.exec(name);
    if (piece?.[1] === stream) pieces[Number(piece[2])] = piece[3] ?? "";
  }
  const present = pieces.slice(0, pieceCount);
  if (present.length < pieceCount || Array.from(present).includes(undefined as never)) return undefined;
  const bytes = Buffer.from(present.join(""), "base64url");
  return { sizeBytes: Math.max(sizeBytes, bytes.length), bytes };
}

function firstMatch(names: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const name of names) {
    const match = pattern.exec(name);
    if (match !== null) return match;
  }
  return undefined;
}
