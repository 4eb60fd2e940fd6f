import { Readable } from "node:stream";
import { type GuestError, hasCode } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import { cancellation, delay, isAbandoned } from "../../operation/abort";
import { joinPath } from "../paths/path";
import type { ContentSource, ProgramOutput, ProgramResult, ProgramSpec } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Transfers } from "../transfer/transfers";
import type { Operation } from "../../operation/operation";
import { answerWasLost, carriesFault, reasonOf } from "../calls/request-outcome";
import { RunErrors } from "./errors";
import { fetchOutput } from "./output";
import { OutputFollower } from "./output-follower";
import {
  begunByAnotherExitCode,
  type GuestEnvironment,
  hasSecrets,
  type RunFile,
  type RunPlan,
  type Runner,
} from "./plan";
import type { EarlierRun, PublishedOutput, RunEnd, RunReport } from "./rooms/report";
import { type RunPlace } from "./rooms/rooms";
import { unfetchedDays } from "../paths/temporary-places";
import { RunWrapper } from "./wrapper-process";
import { Pauses } from "../../operation/pauses";
import { cleanupOperation, limitOperation, withGrace } from "../../operation/deadline";
import { given } from "../../values/given";

const startAttempts = 3;
/** A start is let through to its answer when the run is cancelled meanwhile: only so is it known what to end. */
const startGraceSeconds = 10;
/** TerminateProcess takes up to 20 s (docs/reference/guest-operations.md#processes). */
const endLimitSeconds = 45;
/** How long a run that is being ended is waited for. */
const briefSeconds = 5;
/** After so long without an end the process table is asked for the wrapper; then at ever longer intervals. */
const firstWrapperCheckMs = 1_500;
const longestWrapperCheckMs = 60_000;
/** A deploy that lives looks at its runs every 2 s at least: a result that is still there after this is nobody's. */
const fetchedByOthersMs = 4_000;
const unfetchedMs = unfetchedDays * 24 * 3_600_000;

/** What a run needs of its guest. */
export interface RunContext {
  readonly calls: GuestCalls;
  readonly transfers: Transfers;
  readonly runner: Runner;
  readonly environment: GuestEnvironment;
}

/** One run of a program, from the start to what came out of it: StartProgram and looks; larger outputs by transfer. */
export class ProgramRun {
  readonly #calls: GuestCalls;
  readonly #errors: RunErrors;
  readonly #follower: OutputFollower | undefined;
  #report: RunReport | undefined;
  readonly #wrapper: RunWrapper;
  #mayHaveStarted = false;
  #mayGoOn = false;
  readonly #context: RunContext;
  readonly #place: RunPlace;
  readonly #spec: ProgramSpec;
  readonly #op: Operation;

  constructor(context: RunContext, place: RunPlace, spec: ProgramSpec, op: Operation) {
    this.#context = context;
    this.#place = place;
    this.#spec = spec;
    this.#op = op;
    this.#calls = context.calls;
    this.#errors = new RunErrors(context, spec);
    this.#wrapper = new RunWrapper(context.calls, context.runner, place);
    const nameOf = (stream: "out" | "err") => context.runner.outputName(place, stream);
    const { onOutput } = spec;
    if (onOutput !== undefined) this.#follower = new OutputFollower(context.transfers, place, nameOf, onOutput, spec);
  }

  /** Runs to the end; a run of an earlier deploy that has the same key and is not done with is the answer instead. */
  async run(): Promise<ProgramResult | EarlierRun> {
    const plan = await this.#context.runner.plan(this.#place, this.#spec, this.#context.environment);
    await this.#place.room.make(this.#op);
    await this.#putFiles(plan.files);
    const startedAt = new Date();
    return this.#endedOnFailure(async (op) => {
      await this.#start(plan, op);
      const { end, earlier } = await this.#watch(({ end, earlier }) => (end ?? earlier) !== undefined, op);
      if (earlier === undefined) return this.#result(startedAt, end);
      this.#mayHaveStarted = false;
      return earlier;
    });
  }

  /**
   * Waits for a run that an earlier deploy started. Undefined when that deploy lives and took the result itself, or when
   * the result is so old that it is nobody's.
   */
  async resume({ foundAt }: EarlierRun): Promise<ProgramResult | undefined> {
    this.#mayHaveStarted = true;
    const { vm } = this.#calls;
    this.#op.log.info(`${vm.name}: a run of an interrupted deploy is still there; waiting for its result`);
    return this.#endedOnFailure(async (op) => {
      const { begunAt, end } = await this.#watch(({ begun, end }) => !begun || end !== undefined, op);
      if (end?.at !== undefined && foundAt !== undefined && +foundAt - +end.at > unfetchedMs) return undefined;
      await delay(fetchedByOthersMs, op.signal);
      const { begun } = await this.#place.room.look(this.#place.runId, op);
      const startedAtMs = Math.min(begunAt?.getTime() ?? Infinity, Date.now());
      return begun ? this.#result(new Date(startedAtMs), end) : undefined;
    });
  }

  async #result(startedAt: Date, end: RunEnd | undefined): Promise<ProgramResult> {
    if (end === undefined) throw new Error("a run was taken for ended that is not");
    const endedAt = new Date();
    const [stdout, stderr] = await allDone([this.#output("out", end.stdout), this.#output("err", end.stderr)]);
    return { exitCode: end.exitCode, stdout, stderr, startedAt, endedAt };
  }

  /** Does `work` within the time that the run has; when that fails, the run is ended. */
  async #endedOnFailure<T>(work: (op: Operation) => Promise<T>): Promise<T> {
    const limited = limitOperation(this.#op, this.#spec.timeoutSeconds, () => this.#errors.timedOut());
    try {
      return await work(limited.op);
    } catch (error) {
      // Nobody is there to record what comes out of it, but the next deploy will look for it.
      if (this.isFindable && isAbandoned(this.#op.signal)) throw error;
      const fate = await this.#stop();
      throw limited.op.signal.aborted ? this.#errors.withFate(this.#endOf(limited.op.signal), fate) : error;
    } finally {
      limited.release();
    }
  }

  /** Why the run was not waited for any longer: its own time, the resource's, or a cancellation. */
  #endOf(signal: AbortSignal): GuestError {
    if (!this.#op.signal.aborted) return cancellation(signal);
    const cause = cancellation(this.#op.signal);
    return cause.code === "CANCELLED" ? this.#errors.cancelled(cause) : this.#errors.outOfTime(cause);
  }

  /** A later deploy would find it. */
  get isFindable(): boolean {
    return this.#spec.runKey !== undefined && this.#mayHaveStarted;
  }

  /** It could not be ended, and a later deploy would find it: its marks stay for that one, so that it is not done twice. */
  get isLeft(): boolean {
    return this.isFindable && this.#mayGoOn;
  }

  async #putFiles(files: readonly RunFile[]): Promise<void> {
    const attributes = this.#calls.family === "posix" ? { mode: 0o600 } : {};
    const { transfer } = this.#spec;
    const options = { secret: hasSecrets(this.#spec), ...given({ transfer }) };
    await allDone(
      files
        .map(({ name, bytes }) => ({ name, content: Buffer.isBuffer(bytes) ? contentOf(bytes) : bytes }))
        .filter(({ content }) => content.sizeBytes > 0)
        .map(({ name, content }) => {
          return this.#context.transfers.upload(this.#inRoom(name), attributes, content, true, this.#op, options);
        }),
    );
  }

  /** May be sent again: the wrapper sees to it that a run begins only once. */
  async #start(plan: RunPlan, op: Operation): Promise<void> {
    const patient = withGrace(op, startGraceSeconds);
    try {
      for (let attempt = 1; this.#wrapper.startPid === undefined; attempt += 1) {
        try {
          this.#mayHaveStarted = true;
          this.#wrapper.startPid = await this.#calls.startProgramInGuest(plan.start, patient.op);
        } catch (error) {
          this.#mayHaveStarted = !carriesFault(error);
          if (hasCode(error, "NOT_A_DIRECTORY")) throw this.#errors.notStarted("directory", error);
          if (!answerWasLost(error) || attempt === startAttempts || op.signal.aborted) throw error;
          op.log.debug(`${this.#calls.vm.name}: the start of a program is repeated: ${reasonOf(error)}`);
        }
      }
    } finally {
      patient.release();
    }
  }

  async #watch(isEnough: (report: RunReport) => boolean, op: Operation): Promise<RunReport> {
    const done = new AbortController();
    const hear = (report: RunReport) => {
      this.#report = report;
      this.#follower?.hear(report, op);
      return isEnough(report);
    };
    try {
      const watching = { ...op, signal: AbortSignal.any([op.signal, done.signal]) };
      const report = await Promise.race([
        this.#place.room.watch(this.#place.runId, hear, watching),
        this.#afterWrapper(isEnough, watching),
      ]);
      if (report.failure !== undefined) throw this.#errors.notStarted(report.failure);
      return report;
    } finally {
      done.abort();
    }
  }

  /** What was published in the end when the wrapper is gone; rejects when that is not enough. */
  async #afterWrapper(isEnough: (report: RunReport) => boolean, op: Operation): Promise<RunReport> {
    const pauses = new Pauses({ firstMs: firstWrapperCheckMs, longestMs: longestWrapperCheckMs, growth: 3 });
    while (!op.signal.aborted) {
      await pauses.pass(op.signal);
      if (op.signal.aborted) continue;
      const state = await this.#wrapper.look(this.#report, op).catch((error: unknown) => {
        op.log.debug(`${this.#calls.vm.name}: the run's wrapper could not be looked at: ${reasonOf(error)}`);
        return "unseen" as const;
      });
      if (typeof state === "string" || op.signal.aborted) continue;
      // It may have published its end since the last look.
      const report = await this.#place.room.look(this.#place.runId, op);
      if (!isEnough(report)) {
        if (!(report.begun && state.exitCode === begunByAnotherExitCode)) throw this.#errors.lost(state.exitCode);
        this.#wrapper.startPid = undefined;
        continue;
      }
      return report;
    }
    return new Promise<never>(() => {});
  }

  #output(stream: "out" | "err", published: PublishedOutput): Promise<ProgramOutput> {
    if (this.#follower !== undefined) return this.#follower.finish(stream, published, this.#op);
    const path = this.#inRoom(this.#context.runner.outputName(this.#place, stream));
    return fetchOutput(this.#context.transfers, path, published, this.#spec, this.#op);
  }

  /** Ends the processes of a run that is not waited for any more, and tells what became of them. */
  async #stop(): Promise<string> {
    const [ended, over] = ["the process tree was ended", "it had ended meanwhile"];
    if (!this.#mayHaveStarted) return "it had not started";
    if (this.#report?.end !== undefined) return over;
    const cleanup = cleanupOperation(this.#op, endLimitSeconds);
    try {
      if (this.#report?.leaderPid === undefined) await this.#waitBriefly(this.#hasBegun, cleanup);
      if (this.#report?.end !== undefined) return over;
      if (!(await this.#wrapper.isThere(this.#report, cleanup))) return "it was gone from the guest";
      const run = { startPid: this.#wrapper.startPid, report: this.#report, place: this.#place };
      const { willTell, mayLiveOn } = await this.#context.runner.end(this.#calls, run, cleanup);
      if (willTell) await this.#waitBriefly(({ end }) => end !== undefined, cleanup);
      return mayLiveOn === undefined ? ended : `${ended}, but there may live on ${mayLiveOn}`;
    } catch (error) {
      if (hasCode(error, "PROCESS_NOT_FOUND")) return ended;
      const what = `process ${this.#report?.leaderPid ?? this.#wrapper.startPid ?? ""} with its children`;
      this.#mayGoOn = true;
      cleanup.log.warn(`${this.#calls.vm.name}: ${what} may still run: ${reasonOf(error)}`);
      return `${what} may still run`;
    }
  }

  /** A program that was started a moment ago may not have told its pid yet; in Windows it never does. */
  readonly #hasBegun = (report: RunReport): boolean =>
    report.end !== undefined || (this.#calls.family === "posix" ? report.leaderPid !== undefined : report.begun);

  async #waitBriefly(isEnough: (report: RunReport) => boolean, op: Operation): Promise<void> {
    const hear = (report: RunReport) => {
      this.#report = report;
      return isEnough(report);
    };
    const short = limitOperation(op, briefSeconds, () => this.#errors.timedOut());
    try {
      await this.#place.room.watch(this.#place.runId, hear, short.op);
    } catch (error) {
      if (op.signal.aborted || !hasCode(error, "TIMED_OUT")) throw error;
    } finally {
      short.release();
    }
  }

  #inRoom(name: string): string {
    return joinPath(this.#place.room.path, name, this.#calls.family);
  }
}

function contentOf(bytes: Buffer): ContentSource {
  return { sizeBytes: bytes.length, open: () => Readable.from([bytes]) };
}
