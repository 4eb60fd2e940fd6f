import { GuestError } from "../errors/guest-error";
import { check } from "../lifecycle/check";
import { PartialFailure } from "../lifecycle/converge";
import { create } from "../lifecycle/create";
import { remove } from "../lifecycle/delete";
import { diff } from "../lifecycle/diff";
import { lookAhead } from "../lifecycle/look-ahead";
import { read } from "../lifecycle/read";
import type { LifecycleContext } from "../lifecycle/scope/context";
import { GuestObjects } from "../lifecycle/scope/guest-objects";
import { update } from "../lifecycle/update";
import type { Logger } from "../operation/operation";
import type { PropertyMap } from "../properties/property-value";
import type { AnyKind } from "../resources/resource-kind";
import { given } from "../values/given";
import type { Access } from "./access";
import { silent, type WorkOptions } from "./work";

/** What a resource is declared with, beside `vm`. */
export type Declared = Readonly<Record<string, unknown>>;

/**
 * One resource in a machine, as Pulumi's engine has it made, compared and taken away: each step is an operation of its own,
 * and what is recorded stays here.
 */
export class ManagedResource {
  readonly #kind: AnyKind;
  readonly #access: Access;
  #record: { readonly id: string; readonly state: PropertyMap } | undefined;

  constructor(kind: AnyKind, access: Access) {
    this.#kind = kind;
    this.#access = access;
  }

  /** What is recorded of it; empty before it is made. */
  get state(): PropertyMap {
    return this.#record?.state ?? {};
  }

  /** Makes it as declared. What was made is recorded also where that fails. */
  async up(
    declared: Declared,
    options: WorkOptions & { readonly secrets?: readonly string[] } = {},
  ): Promise<"create" | "update" | "same"> {
    const request = this.#request(declared, options.secrets);
    const context = this.#context(options);
    const record = this.#record;
    if (record !== undefined && (await this.differences(declared, options)).length === 0) return "same";
    try {
      const limited = { ...request, ...given({ timeoutSeconds: options.timeoutSeconds }) };
      this.#recorded(
        record === undefined
          ? await create(this.#kind, limited, context)
          : await update(this.#kind, { ...limited, ...record }, context),
      );
      return record === undefined ? "create" : "update";
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      this.#recorded(error.converged);
      throw error.cause;
    }
  }

  /** How the guest differs from what is declared, as a preview would tell. */
  async differences(
    declared: Declared,
    options: WorkOptions & { readonly secrets?: readonly string[] } = {},
  ): Promise<string[]> {
    const request = this.#request(declared, options.secrets);
    const record = this.#record ?? { id: "", state: {} };
    const asked = { ...request, ...record, recordedSecretInputs: request.secretInputs };
    return (await diff(this.#kind, asked, this.#context(options))).differences.map(({ reason }) => reason);
  }

  /** What a create would meet, in lines for people. */
  async prospects(declared: Declared, options: WorkOptions = {}): Promise<string[]> {
    const lines: string[] = [];
    const tell = (line: string) => void lines.push(line);
    const log = { debug: () => {}, info: tell, warn: tell };
    await lookAhead(this.#kind, this.#request(declared), this.#context({ ...options, log }));
    return lines;
  }

  /** Records what is there now, by its id alone where `id` is given; false where nothing is. */
  async refresh(id?: string, options: WorkOptions = {}): Promise<boolean> {
    const record = id === undefined ? this.#record : { id, state: {} };
    if (record === undefined) return false;
    const found = await read(this.#kind, { ...record, secretInputs: new Set() }, this.#context(options));
    this.#record = undefined;
    if (found !== undefined) this.#recorded(found);
    return found !== undefined;
  }

  /** Takes it away. */
  async destroy(options: WorkOptions = {}): Promise<void> {
    const record = this.#record;
    if (record === undefined) return;
    const limit = given({ timeoutSeconds: options.timeoutSeconds });
    await remove(this.#kind, { ...record, ...limit, secretInputs: new Set() }, this.#context(options));
    this.#record = undefined;
  }

  #recorded({ id, state }: { readonly id: string; readonly state: Readonly<Record<string, unknown>> }): void {
    this.#record = { id, state: state as PropertyMap };
  }

  #request(declared: Declared, secrets: readonly string[] = []) {
    const inputs = { vm: this.#access.selector, ...declared } as PropertyMap;
    const secretInputs = new Set(secrets);
    const { failures } = check(this.#kind, { inputs, secretInputs });
    if (failures.length === 0) return { inputs, secretInputs };
    throw new GuestError("INVALID_INPUT", failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
  }

  #context({ signal, log = silent }: WorkOptions & { readonly log?: Logger }): LifecycleContext {
    return {
      urn: undefined,
      signal: signal ?? new AbortController().signal,
      log,
      objects: new GuestObjects(),
      connect: () => ({ source: this.#access.vcenter, guestLogin: this.#access.requiredLogin() }),
    };
  }
}
