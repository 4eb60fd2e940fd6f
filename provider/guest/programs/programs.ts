import type { GuestFamily, GuestPrograms, ProgramResult, ProgramSpec } from "../guest";
import type { GuestOperations } from "../calls/guest-operations";
import type { Operation } from "../../operation/operation";
import { ProgramRun, type RunContext } from "./program-run";
import type { GuestEnvironment, Runner } from "./plan";
import type { EarlierRun } from "./rooms/report";
import { RunRoom } from "./rooms/room";
import { RunRooms } from "./rooms/rooms";

/** GuestPrograms through a wrapper in the guest: 2 requests and looks, no transfer for small outputs. */
export class Programs implements GuestPrograms {
  private readonly rooms: RunRooms;

  constructor(
    private readonly operations: GuestOperations,
    private readonly family: GuestFamily,
    private readonly runner: Runner,
    private readonly environment: (op: Operation) => ReturnType<GuestEnvironment>,
    /** Called around every run: a program may change anything. */
    private readonly mayHaveChanged: () => void,
  ) {
    this.rooms = new RunRooms(operations, family, () => runner.newRoomPath());
  }

  async run(spec: ProgramSpec, op: Operation): Promise<ProgramResult> {
    const { operations, family, runner } = this;
    const context = { operations, family, runner, environment: () => this.environment(op) };
    await runner.prepare(context.environment);
    try {
      return await this.runOnce(context, spec, op);
    } finally {
      if (spec.readsOnly !== true) this.mayHaveChanged();
    }
  }

  /** Each earlier run that is found is found by one deploy only, so that this ends. */
  private async runOnce(context: RunContext, spec: ProgramSpec, op: Operation): Promise<ProgramResult> {
    for (;;) {
      const outcome = await this.rooms.withPlace(op, (place) => new ProgramRun(context, place, spec, op).run());
      if (!("roomName" in outcome)) return outcome;
      const result = await this.takeOver(outcome, context, spec, op);
      if (result !== undefined) return result;
    }
  }

  private async takeOver(
    earlier: EarlierRun,
    context: RunContext,
    spec: ProgramSpec,
    op: Operation,
  ): Promise<ProgramResult | undefined> {
    const { roomName, runId } = earlier;
    const room = new RunRoom(this.operations, this.family, this.runner.roomPath(roomName));
    try {
      return await new ProgramRun(context, { room, runId }, spec, op).resume(earlier);
    } finally {
      await room.forget(runId, op);
      await room.removeUnlessInUse(runId, op);
    }
  }
}
