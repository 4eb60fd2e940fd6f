import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** The engines' side of the log: what they are told for the user. Each operation has an engine of its own. */
export class EngineEnd {
  said = "";
  readonly #servers: grpc.Server[] = [];

  /** The address of another engine, for the provider's command line. */
  listen(): Promise<string> {
    const server = new grpc.Server();
    this.#servers.push(server);
    const log: grpc.handleUnaryCall<LogRequest, Empty> = (call, done) => {
      const level = call.request.getSeverity() === LogSeverity.WARNING ? "warning: " : "";
      this.said += `${level}${call.request.getMessage()}\n`;
      done(null, new Empty());
    };
    server.addService(EngineService, { log });
    return new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  /** As when the process of the last engine is killed. */
  loseLast(): void {
    this.#servers.pop()?.forceShutdown();
  }

  close(): void {
    for (const server of this.#servers.splice(0)) server.forceShutdown();
  }
}
