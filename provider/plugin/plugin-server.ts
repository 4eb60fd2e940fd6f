import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as config from "./config-rpcs";
import * as info from "./info-rpcs";
import * as functions from "./function-rpcs";
import { PeerCheck } from "./peer-check";
import type { Plugin } from "./plugin";
import * as resources from "./resource-rpcs";
import { rpcError } from "./rpc-status";

/** As @pulumi/pulumi's own servers have it: files travel as properties. */
const largestMessageBytes = 400 * 1024 * 1024;

/** Serves a plugin on a free port of this machine, and tells the port. What is not here answers UNIMPLEMENTED. */
export function servePlugin(plugin: Plugin): Promise<number> {
  const peers = new PeerCheck();
  const served = { plugin, peers };
  const server = new grpc.Server({
    "grpc.max_receive_message_length": largestMessageBytes,
    "grpc.max_send_message_length": largestMessageBytes,
  });
  server.addService(ResourceProviderService, {
    handshake: unary(served, info.handshake),
    getSchema: unary(served, info.getSchema),
    getPluginInfo: unary(served, info.getPluginInfo),
    attach: unary(served, info.attach),
    cancel: unary(served, info.cancel),
    checkConfig: unary(served, config.checkConfig),
    diffConfig: unary(served, config.diffConfig),
    configure: unary(served, config.configure),
    check: worked(served, resources.check),
    diff: worked(served, resources.diff),
    create: worked(served, resources.create),
    update: worked(served, resources.update),
    read: worked(served, resources.read),
    delete: worked(served, resources.deleteObject),
    invoke: worked(served, functions.invoke),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

type Handler<Request, Response> = (plugin: Plugin, request: Request) => Promise<Response>;

interface Served {
  readonly plugin: Plugin;
  readonly peers: PeerCheck;
}

function unary<Request, Response>(
  { plugin, peers }: Served,
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, done) => {
    const answer = peers.require(call.getPeer()).then(() => handler(plugin, call.request));
    answer.then(
      (response) => done(null, response),
      (error: unknown) => done(rpcError(error)),
    );
  };
}

/** A handler whose work Cancel aborts and waits for, and whose lines reach the engine before its answer. */
function worked<Request, Response>(
  served: Served,
  handler: Handler<Request, Response>,
): grpc.handleUnaryCall<Request, Response> {
  return unary(served, async (plugin, request) => {
    try {
      return await plugin.scope.run(() => handler(plugin, request));
    } finally {
      await plugin.log.delivered();
    }
  });
}
