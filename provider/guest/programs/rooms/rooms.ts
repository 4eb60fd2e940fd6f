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

/** How a run takes and leaves its place. */
export interface PlaceTerms {
  /** Nobody has seen the name of its room in another run's command line: for runs with secrets. */
  readonly isAlone: boolean;
  readonly isFindable: () => boolean;
  readonly isLeft: () => boolean;
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
   * Gives `work` a place; when it has ended and nobody else is in the room, the room is removed. A run that `isAlone` has
   * a room to itself. One that `isFindable` stays until its result is recorded, one that `isLeft` for the next deploy.
   */
  async withPlace<T>(
    op: Operation,
    work: (place: RunPlace) => Promise<T>,
    { isAlone, isFindable, isLeft }: PlaceTerms,
  ): Promise<T> {
    const open = isAlone ? this.#newRoom() : this.#shared();
    open.entered += 1;
    open.present += 1;
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

  #shared(): OpenRoom {
    const isOpen = this.#current !== undefined && this.#current.entered < runsPerRoom;
    return isOpen && this.#current ? this.#current : (this.#current = this.#newRoom());
  }

  #newRoom(): OpenRoom {
    return { room: new RunRoom(this.#calls, this.#newRoomPath()), entered: 0, present: 0 };
  }
}

/** Takes away what is left of a run; what the next deploy could find, only once its result is recorded. */
export async function tidyUp(op: Operation, isFindable: boolean, work: () => Promise<void>): Promise<void> {
  if (isFindable && op.onceRecorded !== undefined) op.onceRecorded(work);
  else await work();
}
