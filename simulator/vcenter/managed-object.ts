import type { ManagedObjectReference } from "../soap/schema/notation";
import type {
  ManagedTypeName,
  MethodName,
  MethodsOn,
  ParametersOf,
  PropertyReaders,
  ResultOf,
} from "../soap/schema/types";
import type { Call } from "./call";

type Handler<M extends MethodName> = (parameters: ParametersOf<M>, call: Call) => ResultOf<M> | Promise<ResultOf<M>>;

/** The handlers of the methods declared on a managed type. */
export type MethodHandlers<T extends ManagedTypeName> = { readonly [M in MethodsOn<T>]: Handler<M> };

/** Readers of a managed type's properties. */
export type Properties<T extends ManagedTypeName> = PropertyReaders<T, Call>;

/** An object of the inventory or a service: its reference, what can be read and what can be called. */
export interface ManagedObject {
  readonly ref: ManagedObjectReference;
  readonly properties: Readonly<Record<string, ((call: Call) => unknown) | undefined>>;
  readonly methods: Readonly<Record<string, ((parameters: never, call: Call) => unknown) | undefined>>;
  /** Users without System.View on it. Left out: none. */
  readonly hiddenFrom?: ReadonlySet<string>;
}

/** False when the caller may not see the object: searches pass over it, and none of its properties is told. */
export function isVisible({ hiddenFrom }: ManagedObject, { session }: Call): boolean {
  return session === undefined || hiddenFrom?.has(session.user) !== true;
}
