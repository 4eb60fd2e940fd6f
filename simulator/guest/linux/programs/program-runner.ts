import type { GuestUser } from "../../guest-agent";

/** One program to start, as execve takes it. */
export interface ProgramStart {
  readonly file: string;
  readonly argv: readonly string[];
  /** `NAME=value` entries: the whole environment. */
  readonly environment: readonly string[];
  /** Guest path; where it cannot be entered the program runs in "/". */
  readonly workingDirectory: string;
  readonly user: GuestUser;
}

/** How a program ended: its exit status, 0 when a signal ended it (docs/reference/guest-operations.md#programs). */
export type ProgramExit = (exitCode: number) => void;

/** Takes note of a program that has just started and tells whom to call at its end. */
export type ProgramWatch = (pid: number) => ProgramExit;

/** "ok", or why kill(2) refused. */
export type SignalResult = "ok" | "ESRCH" | "EPERM" | "EINVAL";

/** One process of the guest, from its /proc. */
export interface ProcessSnapshot {
  readonly pid: number;
  readonly parentPid: number;
  readonly processGroup: number;
  readonly name: string;
  readonly cmdLine: string;
  readonly ownerId: number;
  /** Milliseconds since the epoch by the machine's clock. */
  readonly startedAtMs: number;
}

/** Runs the programs of one guest. */
export interface ProgramRunner {
  /** Resolves with the pid that the guest knows the program by; `onStart` hears of it first. */
  start(program: ProgramStart, onStart: ProgramWatch): Promise<number>;
  /** kill(2) with the user's rights. */
  signal(user: GuestUser, pid: number, signal: "SIGTERM" | "SIGKILL"): Promise<SignalResult>;
  /** The guest's processes; only these pids when given. */
  processes(pids?: readonly number[]): ProcessSnapshot[];
  /** True when it can start nothing any more, e.g. since its init is gone. */
  hasEnded(): boolean;
  /** Ends every process of the guest. */
  shutdown(): Promise<void>;
}
