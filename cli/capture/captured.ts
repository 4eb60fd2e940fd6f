/** A value as a program declares it. `secret`: the stack's configuration under that name, encrypted there. */
export type DeclaredValue = string | number | boolean | readonly string[] | { readonly secret: string };

/** A resource of the program that is written. */
export interface CapturedResource {
  readonly kind: "GuestFile" | "GuestDirectory";
  readonly name: string;
  /** Its path in the guest. */
  readonly path: string;
  /** By which Pulumi imports it. */
  readonly id: string;
  /** Beside `vm` and `path`, in the order in which they are written. */
  readonly inputs: Readonly<Record<string, DeclaredValue>>;
}

/** All that a program is written from. */
export interface Captured {
  readonly vmName: string;
  /** By which the program names the machine. */
  readonly vmPath: string;
  readonly resources: readonly CapturedResource[];
}

/** Names of what the stack's configuration has to hold. */
export function secretsOf({ resources }: Captured): { readonly key: string; readonly path: string }[] {
  return resources.flatMap(({ inputs, path }) =>
    Object.values(inputs).flatMap((value) =>
      typeof value === "object" && "secret" in value ? [{ key: value.secret, path }] : [],
    ),
  );
}
