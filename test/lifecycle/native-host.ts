import { resolve } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { decodeProperties, encodeProperties } from "../../provider/properties/wire-value";
import { elided, restored } from "./assets";
import { WorkFailed, type Declaration, type Host, type Options, type Properties, type Recorded } from "./host";
import { EngineEnd } from "./engine-end";
import { plain, struct, unfinished } from "./protocol";
import { OperationsProcess } from "./operations-process";
import type { ProviderProcess } from "./provider-process";

const main = resolve(__dirname, "..", "..", "dist", "provider", "plugin", "main.js");

/** The native plugin, as an engine drives it: secrets wrapped, states and inputs recorded as they came. */
export class NativeHost implements Host {
  readonly name = "native";
  secretOutputs: ReadonlySet<string> = new Set();
  toldOutputs: readonly string[] = [];
  readonly #config: Readonly<Record<string, string>>;
  readonly #engine = new EngineEnd();
  readonly #operations = new OperationsProcess(main, tmp());
  #process: ProviderProcess | undefined;
  #printed = "";

  constructor(config: Readonly<Record<string, string>>) {
    this.#config = config;
  }

  async begin(): Promise<void> {
    await this.#end();
    const address = await this.#engine.listen();
    this.#process = await this.#operations.begin(["--logtostderr", "-v=3", address]);
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(this.#config));
    await this.#process.configure(request);
  }

  get process(): ProviderProcess {
    if (this.#process === undefined) throw new Error("no operation has begun");
    return this.#process;
  }

  get said(): string {
    return this.#printed + (this.#process?.said ?? "") + this.#engine.said;
  }

  async check(declared: Declaration, recorded?: Recorded) {
    const request = new messages.CheckRequest();
    if (recorded !== undefined) request.setOlds(struct(recorded.inputs));
    request.setUrn(urn(declared.kind, declared.name));
    request.setNews(struct(wire(declared)));
    const answer = await this.process.check(request);
    return {
      inputs: plain(answer.getInputs()),
      failures: answer.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() })),
    };
  }

  async diff(declared: Declaration, recorded: Recorded) {
    const request = new messages.DiffRequest();
    request.setId(recorded.id);
    request.setUrn(urn(declared.kind, declared.name));
    request.setOlds(struct(elided(recorded.state)));
    request.setOldInputs(struct(elided(recorded.inputs)));
    request.setNews(struct(elided(declared.inputs)));
    request.setIgnorechangesList([...(declared.options?.ignoreChanges ?? [])]);
    const answer = await this.process.diff(request);
    const changes = answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME;
    expect(answer.getDetaileddiffMap().getLength() > 0).toBe(changes);
    const differing = [...answer.getDetaileddiffMap().keys()];
    const replacing = declared.options?.replaceOnChanges ?? [];
    // The engine's part: what the program wants to be replaced.
    const replaces = [...answer.getReplacesList(), ...differing.filter((property) => replacing.includes(property))];
    return { changes, replaces, deleteBeforeReplace: answer.getDeletebeforereplace() };
  }

  async previewCreate(declared: Declaration): Promise<Properties> {
    const request = new messages.CreateRequest();
    request.setUrn(urn(declared.kind, declared.name));
    request.setProperties(struct((await this.check(declared)).inputs));
    request.setPreview(true);
    return plain((await this.process.create(request)).getProperties());
  }

  async create(declared: Declaration): Promise<Recorded> {
    const request = new messages.CreateRequest();
    request.setUrn(urn(declared.kind, declared.name));
    request.setProperties(struct(wire(declared)));
    request.setTimeout(seconds(declared.options?.customTimeouts?.create));
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
    request.setUrn(urn(declared.kind, declared.name));
    request.setOlds(struct(elided(recorded.state)));
    request.setOldInputs(struct(elided(recorded.inputs)));
    request.setNews(struct(declared.inputs));
    request.setIgnorechangesList([...(declared.options?.ignoreChanges ?? [])]);
    request.setTimeout(seconds(declared.options?.customTimeouts?.update));
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
    request.setUrn(urn(kind));
    if (Object.keys(recorded.state).length > 0) request.setProperties(struct(elided(recorded.state)));
    if (Object.keys(recorded.inputs).length > 0) request.setInputs(struct(elided(recorded.inputs)));
    const answer = await this.process.read(request);
    if (answer.getId() === "") return undefined;
    this.secretOutputs = decodeProperties(plain(answer.getProperties())).secretNames;
    const [state, inputs] = [plain(answer.getProperties()), plain(answer.getInputs())];
    this.toldOutputs = Object.keys(state);
    return { id: answer.getId(), state: restored(state, recorded.inputs), inputs: restored(inputs, recorded.inputs) };
  }

  async delete(kind: string, recorded: Recorded, options: Options = {}): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(recorded.id);
    request.setUrn(urn(kind));
    request.setProperties(struct(elided(recorded.state)));
    request.setOldInputs(struct(elided(recorded.inputs)));
    request.setTimeout(seconds(options.customTimeouts?.delete));
    await this.process.delete(request);
  }

  async cancel(): Promise<void> {
    await this.process.cancel(new Empty());
  }

  async kill(): Promise<void> {
    await this.process.kill();
    this.#printed += this.process.said;
    this.#process = undefined;
  }

  async loseEngine(): Promise<number | string> {
    const { process } = this;
    this.#engine.loseLast();
    const exit = await process.ended();
    this.#printed += process.said;
    this.#process = undefined;
    return exit;
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#operations.close();
    this.#engine.close();
  }

  async #end(): Promise<void> {
    if (this.#process === undefined) return;
    await this.#process.cancel(new Empty());
    await this.#process.end();
    this.#printed += this.#process.said;
    this.#process = undefined;
  }

  #recorded(id: string, declared: Declaration, properties: Struct | undefined): Recorded {
    this.secretOutputs = decodeProperties(plain(properties)).secretNames;
    this.toldOutputs = Object.keys(plain(properties));
    return { id, state: plain(properties), inputs: declared.inputs };
  }
}

/** The engine tells a time in seconds; 0: none. Tests give seconds alone. */
function seconds(text = "0s"): number {
  return Number(text.replace(/s$/, ""));
}

function urn(kind: string, name = "it"): string {
  return `urn:pulumi:dev::test::vsphere-guest:index:${kind}::${name}`;
}

/** Where the engine starts a plugin is not said; it must work anywhere. */
function tmp(): string {
  return process.env.TMPDIR ?? "/tmp";
}

function wire({ inputs, secrets = [] }: Declaration): Properties {
  const { values } = decodeProperties(inputs);
  return { ...inputs, ...encodeProperties(pick(values, secrets), new Set(secrets)) };
}

function pick(values: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

function workFailed(error: ServiceError, declared: Declaration): WorkFailed {
  const left = unfinished(error);
  return new WorkFailed(error.details, left === undefined ? undefined : { ...left, inputs: declared.inputs });
}
