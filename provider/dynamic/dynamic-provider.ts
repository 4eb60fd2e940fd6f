import type { AnyKind } from "../resources/resource-kind";
import { check } from "../lifecycle/check";
import { connect } from "../config/connection";
import type { LifecycleContext } from "../lifecycle/scope/context";
import { create } from "../lifecycle/create";
import { remove } from "../lifecycle/delete";
import { diff } from "../lifecycle/diff";
import { foresee } from "../lifecycle/foresee";
import { lookAhead } from "../lifecycle/look-ahead";
import type { ProcessScope } from "../lifecycle/scope/process-scope";
import type { PropertyDifference } from "../lifecycle/recorded/declared-differences";
import { isWithin, topLevelName } from "../properties/property-path";
import type { PropertyMap } from "../properties/property-value";
import { labelOf, subjectOf } from "../lifecycle/scope/subject";
import { read } from "../lifecycle/read";
import { update } from "../lifecycle/update";
import type { Failure } from "../properties/validation";
import { decodeProperties, encodeProperties } from "../properties/wire-value";
import { given } from "../values/given";
import { consoleLog } from "./console-log";
import { durationSeconds } from "./duration";
import { DynamicError } from "./dynamic-error";
import { declaredOptions, kept, secretNames, type Wire } from "./hidden-inputs";
import { printable } from "../values/printable";

/** How the host gives the stack's configuration: all values as text. */
export interface ConfigureRequest {
  readonly config: { get(key: string): string | undefined };
}

/**
 * One kind as a Pulumi dynamic provider: the lifecycle's verbs in the host's words. What the host does not tell comes in
 * hidden inputs, which the SDK sets (hidden-inputs.ts).
 */
export class DynamicProvider {
  readonly #kind: AnyKind;
  readonly #process: ProcessScope;
  #config: ConfigureRequest["config"] | undefined;

  constructor(kind: AnyKind, process: ProcessScope) {
    this.#kind = kind;
    this.#process = process;
  }

  /**
   * Must set its fields before it returns: the host lets other calls in while it waits
   * (docs/reference/pulumi.md#the-dynamic-host).
   */
  configure(request: ConfigureRequest): Promise<void> {
    this.#config = request.config;
    return Promise.resolve();
  }

  /**
   * Outputs known beforehand join the inputs: in a preview the engine shows a dynamic resource's inputs as its outputs. A
   * create is looked at here, since a preview does not call `create`. `__preview`, set by the SDK, tells a preview; it
   * goes no further, so that preview and up record the same inputs.
   */
  check(olds: Wire, { __preview: isPreview, ...news }: Wire): Promise<{ inputs: Wire; failures: Failure[] }> {
    return this.#run({ wire: news }, async (context) => {
      const inputs = decodeProperties(news).values;
      const secretInputs = secretNames(news);
      const { failures } = check(this.#kind, { inputs, secretInputs });
      if (failures.length > 0) return { inputs: news, failures: failures.map(printableFailure) };
      const before = decodeProperties(olds).values;
      const known = await foresee(this.#kind, { inputs, secretInputs, before, ...ignored(news) }, context.signal);
      const outputs = encodeProperties(known.outputs, known.secretOutputs);
      const isCreate = Object.keys(olds).length === 0;
      if (isPreview === true && isCreate && known.failures.length === 0)
        await lookAhead(this.#kind, { inputs, secretInputs }, context);
      return { inputs: { ...news, ...outputs }, failures: known.failures.map(printableFailure) };
    });
  }

  diff(
    id: string,
    olds: Wire,
    news: Wire,
  ): Promise<{ changes: boolean; replaces: string[]; deleteBeforeReplace: boolean }> {
    return this.#run({ id, wire: news }, async (context) => {
      const { differences, isSameObject } = await diff(
        this.#kind,
        {
          id,
          state: decodeProperties(olds).values,
          inputs: decodeProperties(news).values,
          secretInputs: secretNames(news),
          recordedSecretInputs: secretNames(olds),
          ...ignored(news),
        },
        context,
      );
      // A native provider's answer is told property by property: there the engine does this itself.
      const wished = declaredOptions(news).replaceOnChanges ?? [];
      const isReplacing = (one: PropertyDifference) =>
        one.replaces || wished.some((path) => isWithin(one.property, path));
      const replaces = differences.filter(isReplacing).map((one) => topLevelName(one.property));
      return { changes: differences.length > 0, replaces: [...new Set(replaces)], deleteBeforeReplace: isSameObject };
    });
  }

  create(inputs: Wire): Promise<{ id: string; outs: Wire }> {
    return this.#run({ wire: inputs }, async (context) => {
      const request = {
        inputs: decodeProperties(inputs).values,
        secretInputs: secretNames(inputs),
        ...timeoutFor("create", inputs),
      };
      const { id, state, secretOutputs } = await create(this.#kind, request, context);
      return { id, outs: { ...encodeProperties(state, secretOutputs), ...kept(inputs) } };
    });
  }

  update(id: string, olds: Wire, news: Wire): Promise<{ outs: Wire }> {
    return this.#run({ id, wire: news }, async (context) => {
      const request = {
        id,
        state: decodeProperties(olds).values,
        inputs: decodeProperties(news).values,
        secretInputs: secretNames(news),
        ...ignored(news),
        ...timeoutFor("update", news),
      };
      const { state, secretOutputs } = await update(this.#kind, request, context);
      return { outs: { ...encodeProperties(state, secretOutputs), ...kept(news) } };
    });
  }

  /** An answer without id means that the object is gone. */
  read(id: string, props: Wire): Promise<{ id?: string; props?: Wire; inputs?: Wire }> {
    return this.#run({ id, wire: props }, async (context) => {
      const request = { id, state: decodeProperties(props).values, secretInputs: secretNames(props) };
      const found = await read(this.#kind, request, context);
      if (found === undefined) return {};
      const { state, inputs, secretOutputs } = found;
      // As check would give them, or the next preview shows what is foreseen as new.
      const seen = { inputs, secretInputs: request.secretInputs, state: state as PropertyMap };
      const known = await foresee(this.#kind, seen, context.signal);
      const foreseen = encodeProperties(known.outputs, secretOutputs);
      return {
        id: found.id,
        props: { ...encodeProperties(state, secretOutputs), ...kept(props) },
        inputs: { ...encodeProperties(inputs, request.secretInputs), ...foreseen, ...kept(props) },
      };
    });
  }

  delete(id: string, props: Wire): Promise<void> {
    return this.#run({ id, wire: props }, (context) => {
      const request = {
        id,
        state: decodeProperties(props).values,
        secretInputs: secretNames(props),
        ...timeoutFor("delete", props),
      };
      return remove(this.#kind, request, context);
    });
  }

  /** `wire`: the properties that hold the hidden inputs, which are recorded with an object that is left unfinished. */
  async #run<T>(
    { id = "", wire }: { readonly id?: string; readonly wire: Wire },
    work: (context: LifecycleContext) => Promise<T>,
  ): Promise<T> {
    const { urn } = declaredOptions(wire);
    const context: LifecycleContext = {
      urn,
      signal: this.#process.signal,
      onceRecorded: (tidyUp) => this.#process.onceRecorded(tidyUp),
      log: consoleLog(urn === undefined ? undefined : labelOf(urn)),
      objects: this.#process.objects,
      connect: () => connect((name) => this.#config?.get(`vsphere-guest:${name}`)),
    };
    try {
      return await this.#process.run(() => work(context));
    } catch (error) {
      // The host adds `__provider` to answers, but not to what a failure records: without it delete could not be called.
      throw new DynamicError(subjectOf(this.#kind.token, id), error, {
        ...kept(wire),
        __provider: wire.__provider,
      });
    }
  }
}

function ignored(wire: Wire) {
  return given({ ignoreChanges: declaredOptions(wire).ignoreChanges });
}

function timeoutFor(work: "create" | "update" | "delete", wire: Wire) {
  return given({ timeoutSeconds: durationSeconds(declaredOptions(wire).customTimeouts?.[work]) });
}

function printableFailure({ property, reason }: Failure): Failure {
  return { property, reason: printable(reason) };
}
