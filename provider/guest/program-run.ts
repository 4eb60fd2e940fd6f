import { Readable } from "node:stream";
import { GuestError, hasCode } from "../errors/guest-error";
import { delay } from "../soap/abortable";
import { joinPath } from "./file-path";
import type { GuestFamily, ProgramOutput, ProgramResult, ProgramSpec } from "./guest";
import type { GuestOperations } from "./guest-operations";
import type { Operation } from "./operation";
import { answerWasLost, carriesFault, reasonOf } from "./request-outcome";
import type { GuestEnvironment, RunFile, RunPlan, Runner } from "./run-plan";
import type { PublishedOutput, RunFailure, RunReport } from "./run-report";
import type { RunPlace } from "./run-rooms";
import { cleanupOperation, limitOperation, whileLasting, withGrace } from "./shared-operation";

const startAttempts = 3;
/** A start is let through to its answer when the run is cancelled meanwhile: only so is it known what to end. */
const startGraceSeconds = 10;
/** TerminateProcess takes up to 20 s (protocol.md C.5). */
const endLimitSeconds = 45;
/** How long a run that is being ended is waited for. */
const briefSeconds = 5;
/** After so long without an end the process table is asked for the wrapper; then at ever longer intervals. */
const firstWrapperCheckMs = 1_500;
const longestWrapperCheckMs = 60_000;

/** What a run needs of its guest. */
export interface RunContext {
  readonly operations: GuestOperations;
  readonly family: GuestFamily;
  readonly runner: Runner;
  readonly environment: GuestEnvironment;
}

/** One run of a program, from the start to what came out of it: StartProgram and looks; larger outputs by transfer. */
export class ProgramRun {
  private readonly operations: GuestOperations;
  private report: RunReport | undefined;
  private startPid: number | undefined;
  private mayHaveStarted = false;

  constructor(
    private readonly context: RunContext,
    private readonly place: RunPlace,
    private readonly spec: ProgramSpec,
    private readonly op: Operation,
  ) {
    this.operations = context.operations;
  }

  async run(): Promise<ProgramResult> {
    const plan = await this.context.runner.plan(this.place, this.spec, this.context.environment);
    await this.putFiles(plan.files);
    const startedAt = new Date();
    const limited = limitOperation(this.op, this.spec.timeoutSeconds, () => this.timedOut());
    try {
      await this.start(plan, limited.op);
      const end = await this.end(limited.op);
      const endedAt = new Date();
      const [stdout, stderr] = await Promise.all([this.output("out", end.stdout), this.output("err", end.stderr)]);
      return { exitCode: end.exitCode, stdout, stderr, startedAt, endedAt };
    } catch (error) {
      await this.stop();
      throw this.op.signal.aborted && hasCode(error, "TIMED_OUT") ? this.outOfTime(error) : error;
    } finally {
      limited.release();
    }
  }

  private async putFiles(files: readonly RunFile[]): Promise<void> {
    if (files.length === 0) return;
    await this.place.room.make(this.op);
    const attributes = this.context.family === "posix" ? { mode: 0o600 } : {};
    await Promise.all(
      files
        .filter(({ bytes }) => bytes.length > 0)
        .map(({ name, bytes }) => {
          const content = { sizeBytes: bytes.length, open: () => Readable.from([bytes]) };
          return this.operations.upload(this.inRoom(name), attributes, content, true, this.op);
        }),
    );
  }

  /** May be sent again: the wrapper sees to it that a run begins only once. */
  private async start(plan: RunPlan, op: Operation): Promise<void> {
    const patient = withGrace(op, startGraceSeconds);
    try {
      for (let attempt = 1; this.startPid === undefined; attempt += 1) {
        try {
          this.mayHaveStarted = true;
          this.startPid = await this.operations.startProgramInGuest(plan.start, patient.op);
        } catch (error) {
          this.mayHaveStarted = !carriesFault(error);
          if (hasCode(error, "NOT_A_DIRECTORY")) throw this.notStarted("directory", error);
          if (!answerWasLost(error) || attempt === startAttempts || op.signal.aborted) throw error;
          op.log.debug(`${this.operations.vm.name}: the start of a program is repeated: ${reasonOf(error)}`);
        }
      }
    } finally {
      patient.release();
    }
  }

  private async end(op: Operation): Promise<NonNullable<RunReport["end"]>> {
    const done = new AbortController();
    const isEnd = (report: RunReport) => {
      this.report = report;
      return report.end !== undefined;
    };
    try {
      const watching = { ...op, signal: AbortSignal.any([op.signal, done.signal]) };
      const report = await Promise.race([
        this.place.room.watch(this.place.runId, isEnd, watching),
        this.wrapperGone(watching),
      ]);
      if (report.failure !== undefined) throw this.notStarted(report.failure);
      if (report.end === undefined) throw new Error("a run was taken for ended that is not");
      return report.end;
    } finally {
      done.abort();
    }
  }

  /** Rejects when the wrapper has ended and has published no end; else never settles. */
  private async wrapperGone(op: Operation): Promise<never> {
    for (
      let pauseMs = firstWrapperCheckMs;
      !op.signal.aborted;
      pauseMs = Math.min(pauseMs * 3, longestWrapperCheckMs)
    ) {
      await whileLasting(op, delay(pauseMs, op.signal));
      const pid = this.report?.wrapperPid ?? this.startPid;
      if (op.signal.aborted || pid === undefined) continue;
      const processes = await this.operations.listProcessesInGuest([pid], op).catch((error: unknown) => {
        op.log.debug(`${this.operations.vm.name}: process ${pid} could not be looked at: ${reasonOf(error)}`);
        return undefined;
      });
      if (processes === undefined || op.signal.aborted) continue;
      const found = processes.find((process) => process.pid === pid);
      if (found !== undefined && found.endTime === undefined) continue;
      // It may have published its end since the last look.
      const report = await this.place.room.look(this.place.runId, op);
      if (report.end === undefined) throw this.lost(found?.exitCode);
    }
    return new Promise<never>(() => {});
  }

  private async output(stream: "out" | "err", published: PublishedOutput): Promise<ProgramOutput> {
    const limitBytes = this.spec.outputLimitBytes;
    const totalBytes = published.sizeBytes;
    if (published.bytes !== undefined) return { bytes: published.bytes.subarray(0, limitBytes), totalBytes };
    const path = this.inRoom(this.context.runner.outputName(this.place, stream));
    const { sizeBytes, body } = await this.operations.download(path, this.op);
    const chunks: Buffer[] = [];
    let receivedBytes = 0;
    // Leaving the loop early destroys the stream.
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      receivedBytes += chunk.length;
      if (receivedBytes >= limitBytes) break;
    }
    return { bytes: Buffer.concat(chunks).subarray(0, limitBytes), totalBytes: Math.max(totalBytes, sizeBytes) };
  }

  /** Ends the process tree of a run that is not waited for any more. */
  private async stop(): Promise<void> {
    if (!this.mayHaveStarted || this.report?.end !== undefined) return;
    const cleanup = cleanupOperation(this.op, endLimitSeconds);
    try {
      if (this.report?.leaderPid === undefined) await this.waitBriefly(this.hasBegun, cleanup);
      if (this.report?.end !== undefined) return;
      const run = { startPid: this.startPid, report: this.report };
      const willTell = await this.context.runner.end(this.operations, run, cleanup);
      if (willTell) await this.waitBriefly(({ end }) => end !== undefined, cleanup);
    } catch (error) {
      if (hasCode(error, "PROCESS_NOT_FOUND")) return;
      const what = `process ${this.report?.leaderPid ?? this.startPid ?? ""} with its children`;
      cleanup.log.warn(`${this.operations.vm.name}: ${what} may still run: ${reasonOf(error)}`);
    }
  }

  /** A program that was started a moment ago may not have told its pid yet; in Windows it never does. */
  private readonly hasBegun = (report: RunReport): boolean =>
    report.end !== undefined || (this.context.family === "posix" ? report.leaderPid !== undefined : report.begun);

  private async waitBriefly(isEnough: (report: RunReport) => boolean, op: Operation): Promise<void> {
    const hear = (report: RunReport) => {
      this.report = report;
      return isEnough(report);
    };
    const short = limitOperation(op, briefSeconds, () => this.timedOut());
    try {
      await this.place.room.watch(this.place.runId, hear, short.op);
    } catch (error) {
      if (op.signal.aborted || !hasCode(error, "TIMED_OUT")) throw error;
    } finally {
      short.release();
    }
  }

  private inRoom(name: string): string {
    return joinPath(this.place.room.path, name, this.context.family);
  }

  /** Names the program without its arguments, which may be secret. */
  private get subject(): string {
    const { command } = this.spec;
    const name = "program" in command ? command.program : "the script";
    return `${this.operations.vm.name} ${name}`;
  }

  private notStarted(failure: RunFailure, cause?: unknown): GuestError {
    const { command, workingDirectory } = this.spec;
    const program = "program" in command ? command.program : (command.interpreter ?? "the script's interpreter");
    const where = `${this.operations.vm.name} ${program}`;
    switch (failure) {
      case "directory":
        return new GuestError(
          "NOT_A_DIRECTORY",
          `${where}: was not started: the working directory ${workingDirectory} is missing, no directory, or not open to the guest user.`,
          { cause },
        );
      case "missing":
        return new GuestError(
          "PATH_NOT_FOUND",
          `${where}: was not started: there is no such program in the guest. Give its absolute path, or install it first.`,
        );
      case "denied":
        return new GuestError(
          "GUEST_PERMISSION_DENIED",
          `${where}: was not started: it is not a file that the guest user may execute.`,
        );
    }
  }

  private timedOut(): GuestError {
    const after = this.spec.timeoutSeconds === undefined ? "" : ` after ${this.spec.timeoutSeconds} s`;
    return new GuestError("TIMED_OUT", `${this.subject}: timed out${after}; the process tree was ended.`);
  }

  private outOfTime(cause: unknown): GuestError {
    const text = "was not done in the time given to the resource; the process tree was ended. Raise timeoutSeconds";
    return new GuestError("TIMED_OUT", `${this.subject}: ${text}.`, { cause });
  }

  private lost(exitCode: number | undefined): GuestError {
    const reason = this.context.runner.explainWrapperExit(exitCode);
    return new GuestError("PROGRAM_FAILED", `${this.subject}: ended without a result: ${reason}.`);
  }
}
