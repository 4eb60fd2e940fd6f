import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { allDone } from "../operation/all-done";
import type { Logger } from "../operation/operation";
import { printable } from "../values/printable";

/** Lines to the user through the engine, beside the resource that they are about. What a plugin prints is hidden. */
export class EngineLog {
  #client: EngineClient | undefined;
  readonly #underWay = new Set<Promise<void>>();

  /** Takes the engine's address, from the command line or from Attach. */
  connect(address: string): void {
    this.#client?.close();
    this.#client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** A logger for one resource. Lines that can't be delivered are lost. */
  of(urn: string): Logger {
    const say = (severity: LogSeverity) => (message: string) => this.#send(severity, message, urn);
    return { debug: say(LogSeverity.DEBUG), info: say(LogSeverity.INFO), warn: say(LogSeverity.WARNING) };
  }

  /** Resolves when the engine has all lines: before an answer, so that it shows them with the resource. */
  async delivered(): Promise<void> {
    await allDone([...this.#underWay]);
  }

  #send(severity: LogSeverity, message: string, urn: string): void {
    const client = this.#client;
    if (client === undefined) return;
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(printable(message));
    request.setUrn(urn);
    const sent = new Promise<void>((resolve) => client.log(request, () => resolve()));
    this.#underWay.add(sent);
    void sent.then(() => this.#underWay.delete(sent));
  }
}
