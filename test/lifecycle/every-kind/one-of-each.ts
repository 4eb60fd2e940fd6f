import type { Properties } from "../host";
import type { Simulated } from "../simulated";
import type { DeployedResource } from "../stack";

/** What a program declares of each kind, and the same after a change of the program. */
const declarations = {
  GuestFile: { first: { path: "/srv/one-file", content: "one" }, changed: { content: "two" } },
  GuestDirectory: { first: { path: "/srv/one-directory" }, changed: { mode: "0700" } },
  GuestProgramRun: {
    first: { script: "echo ran >>/srv/runs", delete: "echo gone >>/srv/runs" },
    changed: { triggers: [1] },
  },
  GuestEnvCheck: {
    first: { variables: { HOME: "/root" }, paths: { "/etc": "directory" } },
    changed: { guestFamily: "linuxGuest" },
  },
} as const;

export type KindName = keyof typeof declarations;
export const kindNames = Object.keys(declarations) as KindName[];

/** A stack with one resource of each kind, all in one machine. */
export class OneOfEach {
  readonly resources: ReadonlyMap<KindName, DeployedResource>;

  constructor(
    private readonly world: Simulated,
    /** Inputs that all have: `vm` at least. */
    public common: Properties,
  ) {
    this.resources = new Map(kindNames.map((kind) => [kind, world.resource(kind)]));
  }

  declared(kind: KindName, what: "first" | "changed" = "first"): Properties {
    const { first, changed } = declarations[kind];
    return { ...first, ...(what === "changed" ? changed : {}), ...this.common };
  }

  /** What came of each, in one deploy; an error is told by its message. */
  up(what: "first" | "changed" = "first"): Promise<Record<KindName, string>> {
    return this.each((resource, kind) => resource.upWithin(this.declared(kind, what)));
  }

  preview(what: "first" | "changed" = "first"): Promise<Record<KindName, string>> {
    return this.each((resource, kind) => resource.previewWithin(this.declared(kind, what)));
  }

  refresh(): Promise<Record<KindName, boolean | string>> {
    return this.each((resource) => resource.refreshWithin());
  }

  destroy(): Promise<Record<KindName, string>> {
    return this.each(async (resource) => {
      await resource.destroyWithin();
      return "destroyed";
    });
  }

  /** In an operation of its own, as the engine does it: one process for all resources. */
  async each<T>(
    act: (resource: DeployedResource, kind: KindName) => Promise<T>,
  ): Promise<Record<KindName, T | string>> {
    await this.world.host.begin();
    const entries = [...this.resources].map(async ([kind, resource]) => {
      const end = await act(resource, kind).catch((error: unknown) => (error instanceof Error ? error.message : "?"));
      return [kind, end] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<KindName, T | string>;
  }
}

/** The same for every kind. */
export function all<T>(what: T): Record<KindName, T> {
  return Object.fromEntries(kindNames.map((kind) => [kind, what])) as Record<KindName, T>;
}
