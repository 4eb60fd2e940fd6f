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

  /** Gives `work` a place; when it has ended and nobody else is in the room, the room is removed. */
  async withPlace<T>(op: Operation, work: (place: RunPlace) => Promise<T>): Promise<T> {
    const open = this.#enter();
    const place = { room: open.room, runId: String(open.entered) };
    try {
      return await work(place);
    } finally {
      open.present -= 1;
      if (open.present > 0) {
        await open.room.forget(place.runId, op);
      } else {
        if (this.#current === open) this.#current = undefined;
        await open.room.remove(op);
      }
    }
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
