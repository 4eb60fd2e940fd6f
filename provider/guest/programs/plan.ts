import type { GuestProgramSpec } from "../../vim/guest-operations/guest-process";
import type { ContentSource, ProgramSpec } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Operation } from "../../operation/operation";
import type { RunReport } from "./rooms/report";
import type { RunPlace } from "./rooms/rooms";

/** A file that has to be in a run's room before the run starts. Owner only. */
export interface RunFile {
  /** Name within the room. */
  readonly name: string;
  readonly bytes: Buffer | ContentSource;
}

/** All that it takes to start a run. */
export interface RunPlan {
  readonly start: GuestProgramSpec;
  readonly files: readonly RunFile[];
}

/** True for a run that is given anything secret. */
export function hasSecrets({ secret }: ProgramSpec): boolean {
  return Object.values(secret).includes(true);
}

/** The guest's own environment, or undefined where it cannot be told. */
export type GuestEnvironment = () => Promise<ReadonlyMap<string, string> | undefined>;

/** Exit code of a wrapper that ran nothing: another one has begun the run, since its start was sent again. */
export const begunByAnotherExitCode = 112;

/** What is known of a run that is to be ended. */
export interface EndedRun {
  readonly place: RunPlace;
  /** Of the wrapper, from StartProgram. */
  readonly startPid: number | undefined;
  readonly report: RunReport | undefined;
}

/** How far the end of a run's processes came. */
export interface RunEnding {
  /** The wrapper stays and will publish the end. */
  readonly willTell: boolean;
  /** Which processes may live on, and why: undefined where none can. */
  readonly mayLiveOn?: string;
}

/**
 * How a family of guests runs a program: a wrapper in the guest starts it, waits, and publishes end, exit code and
 * small outputs as names of files in the run's room (rooms/report.ts reads them). posix/runner.ts, windows/runner.ts.
 */
export interface Runner {
  /** Called before anything else, for every run. */
  prepare(environment: GuestEnvironment): Promise<void>;
  /** Path of the room with this id (temporary-places.ts), a new one or one that a run's report names. */
  roomPath(id: string): string;
  plan(place: RunPlace, spec: ProgramSpec, environment: GuestEnvironment): Promise<RunPlan>;
  /** Name within the room of the file that holds a stream. */
  outputName(place: RunPlace, stream: "out" | "err"): string;
  /** Ends the processes of a run; what has ended by itself is no error. */
  end(calls: GuestCalls, run: EndedRun, op: Operation): Promise<RunEnding>;
  /** True for the command line of a wrapper, as Tools tell it: without its end where it is long. */
  isWrapper(commandLine: string): boolean;
  /** Pid of a run's wrapper, where reports do not tell it; undefined when it is not to be seen. */
  findWrapper?(calls: GuestCalls, place: RunPlace, op: Operation): Promise<number | undefined>;
  /** What an exit code of the wrapper itself means, for a run of which nothing was published. */
  explainWrapperExit(exitCode: number | undefined): string;
  /** The command that `validateCommand` means, for a file at `path`. */
  validation(command: string, path: string): ProgramSpec["command"];
}
