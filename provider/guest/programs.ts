import type { GuestFamily, GuestPrograms, ProgramResult, ProgramSpec } from "./guest";
import type { GuestOperations } from "./guest-operations";
import type { Operation } from "./operation";
import { ProgramRun } from "./program-run";
import type { GuestEnvironment, Runner } from "./run-plan";
import { RunRooms } from "./run-rooms";

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
      return await this.rooms.withPlace(op, (place) => new ProgramRun(context, place, spec, op).run());
    } finally {
      if (spec.readsOnly !== true) this.mayHaveChanged();
    }
  }
}
