import type { z } from "zod";
import type { Guest } from "../guest/guest";
import type { VmIdentity } from "../vcenter/machine";
import type { Operation } from "../operation/operation";

/** One difference between what the program wants and what is there. */
export interface Difference {
  /** Property path as the user writes it, e.g. `mode` or `environment.PATH`. */
  readonly property: string;
  /** One line for people: what is there, what is wanted. Never a secret's value. */
  readonly reason: string;
  /** True where what is there goes, and is not what this resource brought: told even where the program has changed, too. */
  readonly isLoss?: boolean;
}

/**
 * What a look at the guest found. `state` tells the declared properties in the user's own representation (mode "644"
 * stays "644" while the guest agrees), so that comparing it with the inputs, property by property, is the diff.
 * `drift` adds differences that no property shows (an absent file, a guard that asks for a run) and gives better words
 * for properties that differ: a drift entry takes the place of the derived difference of the same property.
 */
export type Observed<S> =
  | { readonly exists: false; readonly reason: string }
  | { readonly exists: true; readonly state: S; readonly drift?: readonly Difference[] };

/** A short program, as documentation and hover texts show it. Its texts begin with a line break, so that they stand aligned. */
export interface ProgramExample {
  readonly title: string;
  /** What follows `import * as guest from "pulumi-vsphere-guest/native"`. */
  readonly typescript: string;
  /** What follows `resources:` in Pulumi.yaml, indented by two. */
  readonly yaml: string;
}

/** A guest to look at or to work in, and the operation that this belongs to. */
export interface GuestWork {
  readonly guest: Guest;
  readonly op: Operation;
}

/** What a resource is about in its machine. */
export interface Place {
  /** Tells the object from all others of the machine, in whatever notation it is declared: for paths their pathKey. */
  readonly key: string;
  /** Two resources of one program must not be about it. */
  readonly isExclusive: boolean;
  /** Keys of other objects that the resource makes for this one: a backup. */
  readonly copies?: readonly string[];
  /** Of a directory: whether the resource claims what is at that place below it (relative, `/` between parts). */
  readonly claims?: (relative: string, signal: AbortSignal) => Promise<boolean>;
}

/** What the other resources of the operation have to do with the object. */
export interface OtherResources<S> {
  /** Says which of them has the object of that path or key, so that it must not be taken away. */
  heldBy(key: string): Promise<string | undefined>;
  /** What another record tells of the same object, which is taken over in the same operation (paths swapped). */
  readonly former: S | undefined;
  /** True where another resource of this operation went on from this very record. */
  readonly isTakenOver: boolean;
  /** Records of resources in this machine, as far as this operation has seen them. */
  readonly records: readonly object[];
}

/** A look at an object, or work on it: the one thing that a kind's functions hand on. */
export interface Task<I, S> extends GuestWork {
  readonly others: OtherResources<S>;
  /** What the program declares, parsed. */
  readonly want: I;
  /** The state recorded last; undefined at create, and in a look at what is not recorded (import). */
  readonly have: S | undefined;
}

/** The work of taking an object away: the record alone tells what there is. */
export interface RemovalTask<S> extends GuestWork {
  readonly others: OtherResources<S>;
  readonly have: S;
}

/** What a look before a create found: a line for people. Never a secret's value. */
export interface Prospect {
  /**
   * kept: what is there stays as it is. changed: the create changes what was there before. open: others of the program
   * decide. failing: as things are now, it fails.
   */
  readonly outcome: "kept" | "changed" | "open" | "failing";
  readonly text: string;
}

/** A look at what a create would meet; of `want` there is as much as is known. */
export interface LookAheadTask<I> extends Task<I, never> {
  /** Names of the inputs that are not known yet. */
  readonly unknown: ReadonlySet<string>;
  /** True where a resource of the same program, looked at before, brings this path about. */
  readonly isComing: (path: string) => boolean;
}

/** A path that is there once a resource is as declared; `withAllBelow`: and perhaps anything below it. */
export interface BroughtPath {
  readonly path: string;
  readonly withAllBelow?: boolean;
}

/**
 * A kind of resource, declared once; validation, diff, schema, SDK classes and docs are derived from it. State
 * contains the inputs, since a dynamic provider's delete and diff see outputs only.
 */
export interface ResourceKind<I extends object, S extends object, Token extends string = string> {
  /** e.g. "GuestFile". */
  readonly token: Token;
  readonly description: string;
  readonly example: ProgramExample;
  readonly inputs: z.ZodType<I>;
  readonly state: z.ZodType<S>;
  /**
   * The inputs recorded in a state. Left out: the properties of the same names. Needed where an output has the name of
   * an input but tells something else (GuestEnvCheck: `variables` expected and found).
   */
  inputsOf?(state: S): I;
  /**
   * What outputs are taken for that a record lacks, or that can't be read in it. Needed where work is not to be done again
   * for want of them; left out: such a record is made anew by an update.
   */
  readonly whereUnrecorded?: Partial<S>;
  /** `<instanceUuid>:<rest>`: enough to find the object again, since import sends only the id. */
  id(vm: VmIdentity, inputs: I): string;
  /** Inverse of id: the inputs that the part after `<instanceUuid>:` tells. */
  parseId(id: string): Partial<I>;
  /** The object that the inputs declare. Left out: a resource that is about no lasting object. */
  place?(inputs: I): Place | undefined;
  /**
   * Outputs that the inputs alone tell, before any work: known in a preview already, so that what depends on them is not
   * shown as changing. `want` lacks inputs that are not known yet; `recorded` tells what the engine leaves out of them in
   * a read. Rejects with INVALID_INPUT.
   */
  foresee?(want: Partial<I>, signal: AbortSignal, recorded?: S): Promise<Partial<S>>;
  /**
   * What a create would meet, for its preview: what is there already and would be changed, what would make it fail. Reads only.
   * Rejects with what converge would reject with.
   */
  lookAhead(task: LookAheadTask<I>): Promise<readonly Prospect[]>;
  /** What is in the guest once all is as declared: others of the same program may count on it. Left out: nothing. */
  brings?(want: I): readonly BroughtPath[];
  /**
   * Outputs that stay as they are recorded in an update for which only these inputs differ: its preview knows them. `want`
   * may hold unknowns. Left out: none.
   */
  lasting?(differing: ReadonlySet<string>, want: Partial<I>): readonly string[];
  /** What is done with the machine itself before it is worked in. Left out: nothing. */
  preparesMachine?(want: I): "powerOn" | undefined;
  /**
   * The state to record in place of failing, where create or update could not begin work in the guest; undefined: it fails.
   * Left out: it always fails.
   */
  failed?(want: I, have: S | undefined, error: Error): S | undefined;
  /** Why a record is not what was declared, without a look: a difference, also where the machine can't be looked at. */
  unfinished?(have: S): string | undefined;
  /** Reads only. */
  observe(task: Task<I, S>): Promise<Observed<S>>;
  /** Makes it so and returns the new state. */
  converge(task: Task<I, S>): Promise<S>;
  /** False where nothing in the guest is to be taken away: then remove is not called, and the VM may be off. Left out: true. */
  needsRemoval?(have: S): boolean;
  /** Takes away what converge made; absent is success. */
  remove(task: RemovalTask<S>): Promise<void>;
}

/** Any kind, for code that asks no more of inputs and state than that they are objects. */
export type AnyKind = ResourceKind<object, object>;

/** Raised by converge when the object exists but is not as wanted: the state is kept and the next up goes on from it. */
export class ConvergeIncompleteError<S extends object> extends Error {
  override readonly name = "ConvergeIncompleteError";
  constructor(
    override readonly cause: Error,
    readonly state: S,
  ) {
    super(cause.message, { cause });
  }
}
