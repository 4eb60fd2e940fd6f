import { GuestError } from "../../errors/guest-error";
import { relativeKey } from "../../guest/paths/normal-path";
import { sameValue } from "../../properties/value-differences";
import type { Place } from "../../resources/resource-kind";
import { OperationNotes } from "./operation-notes";
import { labelOf } from "./subject";

interface Claim {
  readonly place: Place;
  /** The resource's URN. */
  readonly owner: string;
}

/** The record that is about to go, as far as there is one. */
export interface DeletedRecord {
  readonly urn: string | undefined;
  readonly state: object | undefined;
}

interface Standing extends Claim {
  /** The record that was found in order; undefined for what has been made or changed in this operation. */
  readonly record: object | undefined;
}

/**
 * What the resources of one operation are about, machine by machine (instance UUID). One object in a guest has one
 * record: two resources that declare the same object are an error, and what a resource has made, changed or found in order
 * is not taken away by another record's delete, whatever made the engine delete it after (a replacement, a rename, a taint,
 * another notation: docs/decisions/one-object-one-record.md). Lives as long as the provider's process, which serves one operation.
 */
export class GuestObjects {
  /** The inputs that a resource's diff has found to differ, by id: what its preview and update go on from. */
  readonly differing = new Map<string, ReadonlySet<string>>();
  readonly #machines = new Map<string, MachineObjects>();
  readonly #notes: OperationNotes;

  constructor(notes = new OperationNotes(undefined)) {
    this.#notes = notes;
  }

  of(instanceUuid: string): MachineObjects {
    const key = instanceUuid.toLowerCase();
    const known = this.#machines.get(key) ?? new MachineObjects(key, this.#notes);
    this.#machines.set(key, known);
    return known;
  }
}

/** The objects in one machine. */
export class MachineObjects {
  readonly #instanceUuid: string;
  readonly #notes: OperationNotes;
  readonly #declared = new Map<string, Claim>();
  readonly #standing = new Map<string, Standing>();
  readonly #records = new Map<string, object>();
  readonly #takenOver: object[] = [];

  constructor(instanceUuid: string, notes: OperationNotes) {
    this.#instanceUuid = instanceUuid;
    this.#notes = notes;
  }

  /**
   * Rejects with INVALID_INPUT that names both where another resource of the program declares the same object, or keeps a
   * copy in its place.
   */
  async declare(place: Place, owner: string, machine: string, signal: AbortSignal): Promise<void> {
    if (!place.isExclusive) return;
    const claim = { place, owner };
    const same = keysOf(place).flatMap((key) => this.#declared.get(key) ?? []);
    // Known before anything is waited for, so that of two that come at once one sees the other.
    const others = [...this.#declared.values()].filter((one) => isTree(one.place) || isTree(place));
    for (const key of keysOf(place)) {
      if ((this.#declared.get(key)?.owner ?? owner) === owner) this.#declared.set(key, claim);
    }
    for (const one of [...same, ...others]) {
      if (one.owner === owner) continue;
      const shared = await sharedKey(one.place, place, signal);
      if (shared !== undefined) throw declaredTwice(machine, shared, one, claim);
    }
  }

  /** The object is as its resource declares: by work in this operation or, with `record`, as a look found it. */
  stand(place: Place, owner: string, record?: object): void {
    this.#standing.set(place.key, { place, owner, record });
    if (record === undefined) this.#notes.add(this.#noteOf(place.key), owner);
  }

  /**
   * URN of the resource whose object stands at `key`, or that has it in its tree. Undefined also where it is the deleted record
   * itself that was found in order: the engine then means this very object.
   */
  async holderOf(key: string, deleted: DeletedRecord, signal: AbortSignal): Promise<string | undefined> {
    const exact = this.#standing.get(key);
    if (exact !== undefined && !isOf(deleted, exact)) return exact.owner;
    for (const one of this.#standing.values()) {
      if (!isOf(deleted, one) && (await holds(one.place, key, signal))) return one.owner;
    }
    return this.#notes.ownerOf(this.#noteOf(key));
  }

  #noteOf(key: string): string {
    return `${this.#instanceUuid} ${key}`;
  }

  /** Keys of all objects that stand. */
  get standingKeys(): readonly string[] {
    return [...this.#standing.keys()];
  }

  /** Keeps what the engine has recorded of an object, for a resource that takes the object over in this operation. */
  remember(key: string, record: object): void {
    this.#records.set(key, record);
  }

  /** What another resource has recorded of the object, as far as this operation has seen it, for one that goes on from there. */
  takeOver(key: string): object | undefined {
    const record = this.#records.get(key);
    if (record !== undefined) this.#takenOver.push(record);
    return record;
  }

  isTakenOver(record: object): boolean {
    return this.#takenOver.some((one) => sameValue(one, record));
  }

  /** All records of this machine that this operation has seen. */
  get records(): readonly object[] {
    return [...this.#records.values()];
  }
}

function isTree({ claims }: Place): boolean {
  return claims !== undefined;
}

/** One resource may have two records for a while, the new one and the old one that it replaces. */
function isOf({ urn, state }: DeletedRecord, { owner, record }: Standing): boolean {
  return owner === urn && record !== undefined && state !== undefined && sameValue(record, state);
}

/** The object that both claim, undefined where they don't. */
async function sharedKey(a: Place, b: Place, signal: AbortSignal): Promise<string | undefined> {
  for (const key of keysOf(b)) {
    if (keysOf(a).includes(key) || (await holds(a, key, signal))) return key;
  }
  for (const key of keysOf(a)) {
    if (await holds(b, key, signal)) return key;
  }
  return undefined;
}

function keysOf({ key, copies = [] }: Place): readonly string[] {
  return [key, ...copies];
}

async function holds({ key: directory, claims }: Place, key: string, signal: AbortSignal): Promise<boolean> {
  if (claims === undefined) return false;
  const relative = relativeKey(directory, key);
  return relative !== undefined && claims(relative, signal);
}

function declaredTwice(machine: string, key: string, first: Claim, second: Claim): GuestError {
  const [one, other] = [first, second].map(({ owner }) => labelOf(owner)) as [string, string];
  const keeper = [first, second].find(({ place }) => place.copies?.includes(key));
  const text =
    keeper === undefined
      ? `${one} and ${other} both declare it, and would overwrite each other at every up. ` +
        "Declare it once, or leave it out of the other one (exclude)."
      : `${labelOf(keeper.owner)} keeps its backup there, and ${keeper === first ? other : one} has it, too, so that the copy would be lost. ` +
        "Give backup another suffix or directory, or leave it out of the other one (exclude).";
  return new GuestError("INVALID_INPUT", `${machine} ${key}: ${text}`);
}
