import type { GuestPrograms, ProgramResult, ProgramSpec } from "../guest";
import type { GuestCalls } from "../calls/guest-calls";
import type { Transfers } from "../transfer/transfers";
import { newRoomId } from "../paths/temporary-places";
import type { Operation } from "../../operation/operation";
import { ProgramRun, type RunContext } from "./program-run";
import { type GuestEnvironment, hasSecrets, type Runner } from "./plan";
import type { EarlierRun } from "./rooms/report";
import { RunRoom } from "./rooms/room";
import { RunRooms, tidyUp } from "./rooms/rooms";

const askedBytesLimit = 64 * 1024;

/** GuestPrograms through a wrapper in the guest: 3 requests and looks, no transfer for small outputs. */
export class Programs implements GuestPrograms {
  readonly #rooms: RunRooms;
  readonly #calls: GuestCalls;
  readonly #transfers: Transfers;
  readonly #runner: Runner;
  readonly #environment: (op: Operation) => ReturnType<GuestEnvironment>;
  /** Called around every run: a program may change anything. */
  readonly #mayHaveChanged: () => void;

  constructor(
    calls: GuestCalls,
    transfers: Transfers,
    runner: Runner,
    environment: (op: Operation) => ReturnType<GuestEnvironment>,

    mayHaveChanged: () => void,
  ) {
    this.#calls = calls;
    this.#transfers = transfers;
    this.#runner = runner;
    this.#environment = environment;
    this.#mayHaveChanged = mayHaveChanged;
    this.#rooms = new RunRooms(calls, () => runner.roomPath(newRoomId()));
  }

  async run(spec: ProgramSpec, op: Operation): Promise<ProgramResult> {
    const [calls, transfers, runner] = [this.#calls, this.#transfers, this.#runner];
    const context = { calls, transfers, runner, environment: () => this.#environment(op) };
    await runner.prepare(context.environment);
    try {
      return await this.#runOnce(context, spec, op);
    } finally {
      if (spec.readsOnly !== true) this.#mayHaveChanged();
    }
  }

  ask(
    command: ProgramSpec["command"],
    op: Operation,
    { outputLimitBytes = askedBytesLimit }: { readonly outputLimitBytes?: number } = {},
  ): Promise<ProgramResult> {
    const secret = { script: false, environment: false, stdin: false };
    return this.run({ command, environmentMode: "merge", outputLimitBytes, secret, readsOnly: true }, op);
  }

  /** Each earlier run that is found is found by one deploy only, so that this ends. */
  async #runOnce(context: RunContext, spec: ProgramSpec, op: Operation): Promise<ProgramResult> {
    for (;;) {
      let run: ProgramRun | undefined;
      const outcome = await this.#rooms.withPlace(
        op,
        (place) => (run = new ProgramRun(context, place, spec, op)).run(),
        { isAlone: hasSecrets(spec), isFindable: () => run?.isFindable === true, isLeft: () => run?.isLeft === true },
      );
      if (!("roomName" in outcome)) return outcome;
      const result = await this.#takeOver(outcome, context, spec, op);
      if (result !== undefined) return result;
    }
  }

  async #takeOver(
    earlier: EarlierRun,
    context: RunContext,
    spec: ProgramSpec,
    op: Operation,
  ): Promise<ProgramResult | undefined> {
    const { roomName, runId } = earlier;
    const room = new RunRoom(this.#calls, this.#runner.roomPath(roomName));
    const run = new ProgramRun(context, { room, runId }, spec, op);
    const forget = async () => {
      await room.forget(runId, op);
      await room.removeUnlessInUse(runId, op);
    };
    try {
      return await run.resume(earlier);
    } finally {
      if (!run.isLeft) await tidyUp(op, true, forget);
    }
  }
}
