import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogSeverity, type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** The engine's side of the log: what it is told for the user. */
export class EngineEnd {
  said = "";
  #server: grpc.Server | undefined;
  #address: Promise<string> | undefined;

  /** Address for the plugin's command line. */
  listen(): Promise<string> {
    this.#address ??= this.#start();
    return this.#address;
  }

  /** As when the engine's process is killed; listens anew, elsewhere, when it is asked to. */
  async close(): Promise<void> {
    this.#server?.forceShutdown();
    this.#address = undefined;
  }

  #start(): Promise<string> {
    const server = new grpc.Server();
    this.#server = server;
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
}
