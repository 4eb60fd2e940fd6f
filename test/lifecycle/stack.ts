import { decodeProperties } from "../../provider/properties/wire-value";
import { WorkFailed, type Declaration, type Host, type Options, type Properties, type Recorded } from "./host";

/** What one deploy did with one resource. */
export type Step = "create" | "update" | "replace" | "same";

/** Resources made so far: each has a name of its own, as in a program. */
let made = 0;

/** Does work in an operation of the engine's, which is a process of its own. */
export type InOperation = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * One resource in a stack: does what the engine does on each deploy. After every deploy that went well it holds what must
 * always hold: there is no difference left, and a refresh changes nothing. What is done `Within` an operation that has
 * begun shares its process, as the resources of one program do.
 */
export class DeployedResource {
  readonly name = `it-${++made}`;
  recorded: Recorded | undefined;
  /** Resource options of the program; `ignoreChanges` and `replaceOnChanges` by names of properties. */
  options: Options = {};
  /** What was said to the user in this resource's last preview or deploy. */
  said = "";
  /** After a failed deploy the engine updates, whatever diff says. */
  #unfinished = false;
  readonly #host: Host;
  readonly #kind: string;
  readonly #inOperation: InOperation;

  constructor(
    host: Host,
    kind: string,
    inOperation: InOperation = async (work) => {
      await host.begin();
      return work();
    },
  ) {
    this.#host = host;
    this.#kind = kind;
    this.#inOperation = inOperation;
  }

  get state(): Properties {
    if (this.recorded === undefined) throw new Error("the resource does not exist");
    return decodeProperties(this.recorded.state).values;
  }

  /** Validation failures as `property: reason`. */
  async failures(inputs: Properties): Promise<string[]> {
    const { failures } = await this.#host.check({ kind: this.#kind, name: this.name, inputs });
    return failures.map((one) => `${one.property}: ${one.reason}`);
  }

  /** What a preview would say. */
  preview(inputs: Properties, secrets: readonly string[] = []): Promise<Step> {
    return this.#inOperation(() => this.previewWithin(inputs, secrets));
  }

  previewWithin(inputs: Properties, secrets: readonly string[] = []): Promise<Step> {
    return this.#heard(async () => {
      const declared = await this.#checked(inputs, secrets);
      const { step } = await this.#plan(declared);
      if (step === "create" || step === "replace") await this.#previewCreate(inputs, secrets);
      return step;
    });
  }

  /** A preview in which the engine, not diff, asks for a replacement: `replaceOnChanges`. */
  previewReplacementWithin(inputs: Properties): Promise<void> {
    return this.#heard(async () => {
      await this.#plan(await this.#checked(inputs, []));
      await this.#previewCreate(inputs, []);
    });
  }

  /** What a preview says of differences: a line for each, without the machine's name in front. */
  async differences(inputs: Properties, secrets: readonly string[] = []): Promise<string[]> {
    await this.preview(inputs, secrets);
    return this.said.split("\n").map((line) => line.replace(/^(warning: )?Guest\w+ "[^"]*": /, "$1"));
  }

  up(inputs: Properties, secrets: readonly string[] = []): Promise<Step> {
    return this.#inOperation(() => this.upWithin(inputs, secrets));
  }

  /** As `up`, in the deploy that has begun: a program with several resources has one process for all of them. */
  upWithin(inputs: Properties, secrets: readonly string[] = []): Promise<Step> {
    return this.#heard(() => this.#deploy(inputs, secrets));
  }

  async #deploy(inputs: Properties, secrets: readonly string[]): Promise<Step> {
    const declared = await this.#checked(inputs, secrets);
    const { step, deleteFirst } = await this.#plan(declared);
    try {
      await this.#carryOut(step, declared, deleteFirst);
    } catch (error) {
      if (!(error instanceof WorkFailed) || error.recorded === undefined) throw error;
      this.recorded = error.recorded;
      this.#unfinished = true;
      throw error;
    }
    this.#unfinished = false;
    await this.#mustHaveConverged(declared, step);
    return step;
  }

  /** What the engine does for a tainted resource, without a diff: makes the new one, then deletes the old one. */
  replace(inputs: Properties): Promise<void> {
    return this.#inOperation(() => this.#heard(async () => (await this.#beginReplace(inputs, false))()));
  }

  /** As an up that replaces begins: the new one is made. What it returns deletes the old one, which the engine does at the end. */
  beginReplace(inputs: Properties): Promise<() => Promise<void>> {
    return this.#beginReplace(inputs, true);
  }

  async #beginReplace(inputs: Properties, isDiffed: boolean): Promise<() => Promise<void>> {
    const old = this.recorded;
    if (old === undefined) throw new Error("the resource does not exist");
    const declared = await this.#checked(inputs, []);
    if (isDiffed) expect(await this.#plan(declared)).toEqual({ step: "replace", deleteFirst: false });
    this.recorded = await this.#host.create(declared);
    return () => this.#host.delete(this.#kind, old);
  }

  /** Whether the old object would go first, were it replaced now. */
  deletesBeforeReplace(inputs: Properties): Promise<boolean> {
    return this.#inOperation(async () => (await this.#plan(await this.#checked(inputs, []))).deleteFirst);
  }

  /** True when the object is still there. */
  refresh(): Promise<boolean> {
    return this.#inOperation(() => this.refreshWithin());
  }

  async refreshWithin(): Promise<boolean> {
    if (this.recorded === undefined) return false;
    this.recorded = await this.#host.read(this.#kind, this.recorded);
    return this.recorded !== undefined;
  }

  /** The resource option `import`, as far as it is the same for every skin: the object is read by its id alone. */
  async importWithin(id: string): Promise<void> {
    this.recorded = await this.#host.read(this.#kind, { id, inputs: {}, state: {} });
  }

  destroy(): Promise<void> {
    return this.#inOperation(() => this.destroyWithin());
  }

  destroyWithin(): Promise<void> {
    return this.#heard(async () => {
      if (this.recorded !== undefined) await this.#host.delete(this.#kind, this.recorded, this.options);
      this.recorded = undefined;
    });
  }

  async #heard<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#host.said.length;
    try {
      return await work();
    } finally {
      this.said = this.#host.said.slice(before);
    }
  }

  async #checked(inputs: Properties, secrets: readonly string[]): Promise<Declaration> {
    const { options, name } = this;
    const declared = { kind: this.#kind, name, inputs: this.#withIgnored(inputs), secrets, options };
    const checked = await this.#host.check(declared, this.recorded);
    if (checked.failures.length > 0) throw new Error(`check failed: ${JSON.stringify(checked.failures)}`);
    return { ...declared, inputs: checked.inputs };
  }

  /** The engine puts the recorded inputs in the place of those whose changes are to be ignored. */
  #withIgnored(inputs: Properties): Properties {
    const before = this.recorded?.inputs ?? {};
    const ignored = (this.options.ignoreChanges ?? []).filter((name) => name in before);
    return { ...inputs, ...Object.fromEntries(ignored.map((name) => [name, before[name]])) };
  }

  async #previewCreate(inputs: Properties, secrets: readonly string[]): Promise<void> {
    await this.#host.previewCreate({ kind: this.#kind, name: this.name, inputs, secrets });
  }

  async #plan(declared: Declaration): Promise<{ step: Step; deleteFirst: boolean }> {
    if (this.recorded === undefined) return { step: "create", deleteFirst: false };
    const { changes, replaces, deleteBeforeReplace } = await this.#host.diff(declared, this.recorded);
    if (replaces.length > 0) return { step: "replace", deleteFirst: deleteBeforeReplace };
    return { step: changes || this.#unfinished ? "update" : "same", deleteFirst: deleteBeforeReplace };
  }

  async #carryOut(step: Step, declared: Declaration, deleteFirst: boolean): Promise<void> {
    const old = this.recorded;
    if (step === "create") this.recorded = await this.#host.create(declared);
    if (step === "update" && old !== undefined) this.recorded = await this.#host.update(declared, old);
    if (step === "replace" && old !== undefined) {
      if (deleteFirst) await this.#host.delete(this.#kind, old, this.options);
      this.recorded = await this.#host.create(declared);
      if (!deleteFirst) await this.#host.delete(this.#kind, old, this.options);
    }
    if (step === "same" && old !== undefined) this.recorded = { ...old, inputs: declared.inputs };
  }

  async #mustHaveConverged(declared: Declaration, step: Step): Promise<void> {
    if (this.recorded === undefined) throw new Error("nothing was recorded");
    // A failure that is recorded instead of failing the deploy.
    if (typeof this.state.failure === "string") return;
    expect(await this.#host.diff(declared, this.recorded)).toMatchObject({ changes: false, replaces: [] });
    // A look tells what is there, ignored or not.
    if (this.options.ignoreChanges !== undefined) return;
    const read = await this.#host.read(this.#kind, this.recorded);
    // What the record does not tell may have become known: a time that proves the content once it is old enough.
    expect(read?.id).toBe(this.recorded.id);
    expect(decodeProperties(read?.state ?? {}).values).toMatchObject(this.state);
    // After a step that kept the old state a dynamic resource's read can't know inputs that make no difference.
    if (step === "same") return;
    expect(decodeProperties(read?.inputs ?? {}).values).toEqual(decodeProperties(this.recorded.inputs).values);
  }
}
