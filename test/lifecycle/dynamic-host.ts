import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { decodeProperties } from "../../provider/properties/wire-value";
import { elided, restored } from "./assets";
import { WorkFailed, type Declaration, type Host, type Properties, type Recorded } from "./host";
import { EngineEnd } from "./engine-end";
import { plain, struct, unfinished } from "./protocol";
import { OperationsProcess } from "./operations-process";
import type { ProviderProcess } from "./provider-process";

const main = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");

/** Pulumi's own host of dynamic resources, with the installed package, as an engine drives it. */
export class DynamicHost implements Host {
  readonly name = "dynamic";
  secretOutputs: ReadonlySet<string> = new Set();
  toldOutputs: readonly string[] = [];

  readonly #config: Readonly<Record<string, string>>;
  readonly #project = makeProject();
  readonly #engine = new EngineEnd();
  readonly #operations = new OperationsProcess(main, this.#project);
  #process: ProviderProcess | undefined;
  #saidBefore = "";

  constructor(config: Readonly<Record<string, string>>) {
    this.#config = config;
  }

  async begin(): Promise<void> {
    await this.#end();
    this.#process = await this.#operations.begin([await this.#engine.listen()]);
    const config = Object.entries(this.#config).map(([key, value]) => [`vsphere-guest:${key}`, value]);
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(Object.fromEntries(config) as Properties));
    await this.process.configure(request);
  }

  get process(): ProviderProcess {
    if (this.#process === undefined) throw new Error("no operation has begun");
    return this.#process;
  }

  get said(): string {
    return this.#saidBefore + (this.#process?.said ?? "");
  }

  check(declared: Declaration, recorded?: Recorded) {
    return this.#check(wire(declared), recorded?.inputs);
  }

  /** A preview ends with check: its inputs are shown as outputs. The SDK says that it is one. */
  async previewCreate(declared: Declaration): Promise<Properties> {
    const { inputs } = await this.#check({ ...wire(declared), __preview: true });
    return inputs;
  }

  async #check(news: Properties, olds: Properties = {}) {
    const request = new messages.CheckRequest();
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const answer = await this.process.check(request);
    return {
      inputs: plain(answer.getInputs()),
      failures: answer.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() })),
    };
  }

  async diff(declared: Declaration, recorded: Recorded) {
    const request = new messages.DiffRequest();
    request.setId(recorded.id);
    request.setOlds(struct(elided(recorded.state)));
    request.setNews(struct(elided(wire(declared))));
    const answer = await this.process.diff(request);
    const changes = answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
    return {
      changes,
      replaces: answer.getReplacesList(),
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  async create(declared: Declaration): Promise<Recorded> {
    const request = new messages.CreateRequest();
    request.setProperties(struct(wire(declared)));
    try {
      const answer = await this.process.create(request);
      return this.#recorded(answer.getId(), declared, answer.getProperties());
    } catch (error) {
      throw workFailed(error as ServiceError, declared);
    }
  }

  async update(declared: Declaration, recorded: Recorded): Promise<Recorded> {
    const request = new messages.UpdateRequest();
    request.setId(recorded.id);
    request.setOlds(struct(elided(recorded.state)));
    request.setNews(struct(wire(declared)));
    try {
      const answer = await this.process.update(request);
      return this.#recorded(recorded.id, declared, answer.getProperties());
    } catch (error) {
      throw workFailed(error as ServiceError, declared);
    }
  }

  async read(kind: string, recorded: Recorded): Promise<Recorded | undefined> {
    const request = new messages.ReadRequest();
    request.setId(recorded.id);
    // For `.get` the engine sends the inputs, and these hold nothing but the provider.
    const isGet = Object.keys(recorded.state).length === 0;
    request.setProperties(struct(isGet ? { __provider: providerText(kind) } : elided(recorded.state)));
    const answer = await this.process.read(request);
    if (answer.getId() === "") return undefined;
    const { values, secretNames } = decode(answer.getProperties());
    this.secretOutputs = secretNames;
    this.toldOutputs = Object.keys(plain(answer.getProperties()));
    const inputs = decode(answer.getInputs()).values;
    return { id: answer.getId(), state: restored(values, recorded.inputs), inputs: restored(inputs, recorded.inputs) };
  }

  async delete(_kind: string, recorded: Recorded): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(recorded.id);
    request.setProperties(struct(elided(recorded.state)));
    await this.process.delete(request);
  }

  /** The dynamic host never hears of a cancel; the signal at its end is all it gets. */
  async cancel(): Promise<void> {
    await this.#process?.end();
  }

  async kill(): Promise<void> {
    await this.process.kill();
    this.#saidBefore = this.said;
    this.#process = undefined;
  }

  async loseEngine(): Promise<number | string> {
    const { process } = this;
    this.#engine.loseLast();
    const exit = await process.ended();
    this.#saidBefore = this.said;
    this.#process = undefined;
    return exit;
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#operations.close();
    this.#engine.close();
    rmSync(this.#project, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    await this.#process?.end();
    this.#saidBefore = this.said;
    this.#process = undefined;
  }

  #recorded(id: string, declared: Declaration, properties: Struct | undefined): Recorded {
    const { values, secretNames } = decode(properties);
    this.secretOutputs = secretNames;
    this.toldOutputs = Object.keys(plain(properties));
    return { id, state: values, inputs: wire(declared) };
  }
}

/** A program's folder, in which node finds the package as an installed one. */
function makeProject(): string {
  const project = mkdtempSync(join(tmpdir(), "dynamic-host-"));
  const root = resolve(__dirname, "..", "..");
  mkdirSync(join(project, "node_modules"));
  symlinkSync(root, join(project, "node_modules", "pulumi-vsphere-guest"), "dir");
  symlinkSync(join(root, "node_modules", "@pulumi"), join(project, "node_modules", "@pulumi"), "dir");
  return project;
}

/** Written out, not imported: states hold this text for ever. */
function providerText(kind: string): string {
  return `exports.handler = () => require("pulumi-vsphere-guest/dynamic").provider("${kind}");`;
}

function wire({ kind, name = "it", inputs, secrets = [], options = {} }: Declaration): Properties {
  const urn = `urn:pulumi:dev::test::pulumi-nodejs:dynamic/vsphere-guest:${kind}::${name}`;
  return { ...inputs, __provider: providerText(kind), __secrets: [...secrets], __options: { urn, ...options } };
}

function decode(properties: Struct | undefined) {
  return decodeProperties(plain(properties));
}

function workFailed(error: ServiceError, declared: Declaration): WorkFailed {
  const left = unfinished(error);
  if (left === undefined) return new WorkFailed(error.details);
  return new WorkFailed(error.details, {
    id: left.id,
    state: decodeProperties(left.state).values,
    inputs: wire(declared),
  });
}
