import type { GuestCalls } from "../../calls/guest-calls";
import type { Operation } from "../../../operation/operation";
import { RunRoom } from "./room";

/** A room takes so many runs in its life: the listing of one that never empties must not grow without end. */
const runsPerRoom = 100;

interface OpenRoom {
  readonly room: RunRoom;
  entered: number;
  present: number;
}

/** A place for one run in a room. */
export interface RunPlace {
  readonly room: RunRoom;
  /** The run's name within its room: what it publishes begins with it. */
  readonly runId: string;
}

/** Brings runs of one login that overlap in time together, so that they are looked at in one request. */
export class RunRooms {
  #current: OpenRoom | undefined;
  readonly #calls: GuestCalls;
  readonly #newRoomPath: () => string;

  constructor(calls: GuestCalls, newRoomPath: () => string) {
    this.#calls = calls;
    this.#newRoomPath = newRoomPath;
  }

  /**
   * Gives `work` a place; when it has ended and nobody else is in the room, the room is removed. A run that `isFindable`
   * stays until its result is recorded, one that `isLeft` for the next deploy.
   */
  async withPlace<T>(
    op: Operation,
    work: (place: RunPlace) => Promise<T>,
    { isFindable, isLeft }: { readonly isFindable: () => boolean; readonly isLeft: () => boolean },
  ): Promise<T> {
    const open = this.#enter();
    const place = { room: open.room, runId: String(open.entered) };
    try {
      return await work(place);
    } finally {
      if (isLeft()) this.#leaveAsItIs(open);
      else await tidyUp(op, isFindable(), () => this.#leave(open, place, op));
    }
  }

  async #leave(open: OpenRoom, { room, runId }: RunPlace, op: Operation): Promise<void> {
    open.present -= 1;
    if (open.present > 0) return room.forget(runId, op);
    if (this.#current === open) this.#current = undefined;
    await room.remove(op);
  }

  /** Nobody else comes in, and nobody removes it. */
  #leaveAsItIs(open: OpenRoom): void {
    if (this.#current === open) this.#current = undefined;
  }

  #enter(): OpenRoom {
    const isOpen = this.#current !== undefined && this.#current.entered < runsPerRoom;
    const open = isOpen && this.#current ? this.#current : this.#open();
    open.entered += 1;
    open.present += 1;
    return open;
  }

  #open(): OpenRoom {
    const room = new RunRoom(this.#calls, this.#newRoomPath());
    this.#current = { room, entered: 0, present: 0 };
    return this.#current;
  }
}

/** Takes away what is left of a run; what the next deploy could find, only once its result is recorded. */
export async function tidyUp(op: Operation, isFindable: boolean, work: () => Promise<void>): Promise<void> {
  if (isFindable && op.onceRecorded !== undefined) op.onceRecorded(work);
  else await work();
}
