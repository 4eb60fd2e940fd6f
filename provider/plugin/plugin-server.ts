import { createServer, type AddressInfo } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as config from "./config-rpcs";
import * as info from "./info-rpcs";
import * as functions from "./function-rpcs";
import { stranger } from "./peer-check";
import type { Logger } from "../operation/operation";
import type { Plugin } from "./plugin";
import * as resources from "./resource-rpcs";
import { rpcError } from "./rpc-status";

/** As @pulumi/pulumi's own servers have it: files travel as properties. */
const largestMessageBytes = 400 * 1024 * 1024;

/** Serves a plugin on a free port of this machine, and tells the port. What is not here answers UNIMPLEMENTED. */
export function servePlugin(plugin: Plugin): Promise<number> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": largestMessageBytes,
    "grpc.max_send_message_length": largestMessageBytes,
  });
  server.addService(ResourceProviderService, {
    handshake: unary(plugin, info.handshake),
    getSchema: unary(plugin, info.getSchema),
    getPluginInfo: unary(plugin, info.getPluginInfo),
    attach: unary(plugin, info.attach),
    cancel: unary(plugin, info.cancel),
    checkConfig: unary(plugin, config.checkConfig),
    diffConfig: unary(plugin, config.diffConfig),
    configure: unary(plugin, config.configure),
    check: worked(plugin, resources.check),
    diff: worked(plugin, resources.diff),
    create: worked(plugin, resources.create),
    update: worked(plugin, resources.update),
    read: worked(plugin, resources.read),
    delete: worked(plugin, resources.deleteObject),
    invoke: worked(plugin, functions.invoke),
  });
  return listen(server.createConnectionInjector(grpc.ServerCredentials.createInsecure()), plugin.log.of(""));
}

/** Hands over the connections of the plugin's own user and root; others are closed unread, and the first is told of. */
function listen(served: grpc.ConnectionInjector, log: Logger): Promise<number> {
  let isTold = false;
  const listener = createServer((socket) => {
    const { remotePort: peerPort = 0, localPort: ownPort = 0 } = socket;
    const user = stranger({ peerPort, ownPort });
    if (user === undefined) return served.injectConnection(socket);
    socket.on("error", () => {}).destroy();
    if (isTold || user === "unknown") return;
    isTold = true;
    log.warn(`Refused to speak with another user of this machine (uid ${user}), who connected to the provider's port.`);
  });
  return new Promise((resolve, reject) => {
    listener.on("error", reject).listen(0, "127.0.0.1", () => resolve((listener.address() as AddressInfo).port));
  });
}

type Handler<Request, Response> = (plugin: Plugin, request: Request) => Promise<Response>;

function unary<Request, Response>(
  plugin: Plugin,
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, done) => {
    handler(plugin, call.request).then(
      (response) => done(null, response),
      (error: unknown) => done(rpcError(error)),
    );
  };
}

/** A handler whose work Cancel aborts and waits for, and whose lines reach the engine before its answer. */
function worked<Request, Response>(
  plugin: Plugin,
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return unary(plugin, async (_plugin, request) => {
    try {
      return await plugin.scope.run(() => handler(plugin, request));
    } finally {
      await plugin.log.delivered();
    }
  });
}
