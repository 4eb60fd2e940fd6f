import { posixKinds, type PosixToken, samplesIn } from "../../../scripts/samples";
import type { Properties } from "../host";
import type { OwnMachine, Rule } from "../own-machines";
import type { DeployedResource } from "../stack";

/** What the resources of a stack declare: all that they make lies in the guest's /srv. */
export const samples = samplesIn("/srv");

export const kindNames: readonly PosixToken[] = posixKinds.map(({ token }) => token);

/** A stack with one resource of each kind that POSIX guests have, all in one machine. */
export class OneOfEach {
  readonly resources: ReadonlyMap<PosixToken, DeployedResource>;
  readonly #own: OwnMachine;

  constructor(
    own: OwnMachine,
    /** Inputs that all have: `vm` at least. */
    public common: Properties,
  ) {
    this.#own = own;
    this.resources = new Map(kindNames.map((kind) => [kind, own.resource(kind)]));
  }

  declared(kind: PosixToken, what: "first" | "changed" = "first"): Properties {
    const { first, changed } = samples[kind];
    return { ...first, ...(what === "changed" ? changed : {}), ...this.common };
  }

  /** Another stack, of which nothing is deployed yet. */
  another(): OneOfEach {
    return new OneOfEach(this.#own, this.common);
  }

  /** What came of each, in one deploy; an error is told by its message. */
  up(what: "first" | "changed" = "first"): Promise<Record<PosixToken, string>> {
    return this.each((resource, kind) => resource.upWithin(this.declared(kind, what)));
  }

  preview(what: "first" | "changed" = "first"): Promise<Record<PosixToken, string>> {
    return this.each((resource, kind) => resource.previewWithin(this.declared(kind, what)));
  }

  refresh(): Promise<Record<PosixToken, boolean | string>> {
    return this.each((resource) => resource.refreshWithin());
  }

  destroy(): Promise<Record<PosixToken, string>> {
    return this.each(async (resource) => {
      await resource.destroyWithin();
      return "destroyed";
    });
  }

  /** In one operation, as the engine does it: one process for all resources, and for other stacks that come along. */
  each<T>(act: (resource: DeployedResource, kind: PosixToken) => Promise<T>): Promise<Record<PosixToken, T | string>> {
    return this.#own.operations.within(async () => {
      const entries = [...this.resources].map(async ([kind, resource]) => {
        const end = await act(resource, kind).catch((error: unknown) => (error instanceof Error ? error.message : "?"));
        return [kind, end] as const;
      });
      return Object.fromEntries(await Promise.all(entries)) as Record<PosixToken, T | string>;
    });
  }
}

/** The same for every kind. */
export function all<T>(what: T): Record<PosixToken, T> {
  return Object.fromEntries(kindNames.map((kind) => [kind, what])) as Record<PosixToken, T>;
}

/** A rule that begins with one resource of each kind deployed. */
export function withOneOfEach(body: (own: OwnMachine, stack: OneOfEach) => Promise<void>): Rule {
  return async (own) => {
    const stack = new OneOfEach(own, { vm: own.vm, timeoutSeconds: 30 });
    expect(await stack.up()).toEqual(all("create"));
    await body(own, stack);
  };
}
