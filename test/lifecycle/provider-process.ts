import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";

const largestMessageBytes = 400 * 1024 * 1024;

/**
 * A provider in one operation, as the engine runs it: its first line is its port, what else it prints is for the user.
 * `start` gives it a process of its own. Those of one `OperationsProcess` follow each other in one.
 */
export class ProviderProcess {
  readonly client: ResourceProviderClient;
  said: string;
  readonly #child: ChildProcess;
  readonly #end: () => Promise<number | string>;
  #ended: Promise<number | string> | undefined;

  /** `end` asks it to end; it resolves with the exit code, or the signal's name. */
  constructor(child: ChildProcess, port: number, said: string, end: () => Promise<number | string>) {
    this.#child = child;
    this.said = said;
    this.#end = end;
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": largestMessageBytes,
      "grpc.max_send_message_length": largestMessageBytes,
    });
  }

  static async start(command: string, args: readonly string[], cwd: string): Promise<ProviderProcess> {
    const home = ownHome();
    const env = { ...environment(), PULUMI_HOME: home };
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], env });
    child.once("exit", () => rmSync(home, { recursive: true, force: true }));
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    const [first] = (await Promise.race([once(lines, "line"), once(child, "exit")])) as [string];
    if (!/^\d+$/.test(String(first))) throw new Error(`the provider did not start: ${String(first)} ${complaint}`);
    const started: ProviderProcess = new ProviderProcess(child, Number(first), complaint, () => {
      child.kill("SIGINT");
      return started.ended();
    });
    lines.on("line", (line) => (started.said += `${line}\n`));
    child.stderr.on("data", (chunk: Buffer) => (started.said += chunk.toString()));
    return started;
  }

  handshake(request: messages.ProviderHandshakeRequest): Promise<messages.ProviderHandshakeResponse> {
    return answerOf((done) => this.client.handshake(request, done));
  }
  parameterize(request: messages.ParameterizeRequest): Promise<messages.ParameterizeResponse> {
    return answerOf((done) => this.client.parameterize(request, done));
  }
  getSchema(request: messages.GetSchemaRequest): Promise<messages.GetSchemaResponse> {
    return answerOf((done) => this.client.getSchema(request, done));
  }
  checkConfig(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    return answerOf((done) => this.client.checkConfig(request, done));
  }
  diffConfig(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    return answerOf((done) => this.client.diffConfig(request, done));
  }
  getPluginInfo(request: Empty): Promise<PluginInfo> {
    return answerOf((done) => this.client.getPluginInfo(request, done));
  }
  configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
    return answerOf((done) => this.client.configure(request, done));
  }
  check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    return answerOf((done) => this.client.check(request, done));
  }
  diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
    return answerOf((done) => this.client.diff(request, done));
  }
  create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    return answerOf((done) => this.client.create(request, done));
  }
  update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    return answerOf((done) => this.client.update(request, done));
  }
  read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    return answerOf((done) => this.client.read(request, done));
  }
  invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    return answerOf((done) => this.client.invoke(request, done));
  }
  async delete(request: messages.DeleteRequest): Promise<void> {
    await answerOf((done) => this.client.delete(request, done));
  }

  async cancel(request: Empty): Promise<void> {
    await answerOf((done) => this.client.cancel(request, done));
  }

  /** SIGKILL, as when the machine goes down. */
  async kill(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Waits for its end. Resolves with the exit code, or the signal's name. */
  async ended(): Promise<number | string> {
    const exit = this.#child.exitCode ?? this.#child.signalCode;
    if (exit !== null) return exit;
    const [code, signal] = (await once(this.#child, "exit")) as [number | null, string | null];
    return code ?? signal ?? "";
  }

  /** As the engine does at the end of an operation. Resolves with the exit code, or the signal's name. */
  end(): Promise<number | string> {
    this.client.close();
    this.#ended ??= this.#end();
    return this.#ended;
  }
}

/** One call; it rejects with gRPC's own error. What the process printed before its answer has been heard then. */
function answerOf<Answer>(
  call: (done: (error: grpc.ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Lines are in the pipe before the answer is in the socket, but may be read after it, in the same turn.
    call((error, answer) => setImmediate(() => (error === null ? resolve(answer) : reject(error))));
  });
}

/** The engine's address is the same in all of a test's operations; notes of one must not reach the next. */
export function ownHome(): string {
  return mkdtempSync(join(tmpdir(), "pulumi-home-"));
}

/** Without this machine's own vSphere configuration. */
export function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VSPHERE_")));
}
