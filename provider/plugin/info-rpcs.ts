import { readFileSync } from "node:fs";
import { status } from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { packageVersion } from "../values/package-version";
import type { Plugin } from "./plugin";
import { RpcRefusal } from "./rpc-status";

/** What this provider understands; must say the same as Configure does. */
export async function handshake(plugin: Plugin, request: messages.ProviderHandshakeRequest) {
  if (request.getEngineAddress() !== "") plugin.log.connect(request.getEngineAddress());
  const response = new messages.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(false);
  response.setAcceptOutputs(false);
  return response;
}

/** The bytes of schema.json. */
export async function getSchema(_plugin: Plugin, request: messages.GetSchemaRequest) {
  if (request.getVersion() !== 0) {
    throw new RpcRefusal(status.UNIMPLEMENTED, `schema version ${request.getVersion()} is not known, only 0 is`);
  }
  const response = new messages.GetSchemaResponse();
  response.setSchema(readFileSync(require.resolve("pulumi-vsphere-guest/schema.json"), "utf8"));
  return response;
}

export async function getPluginInfo(): Promise<PluginInfo> {
  const info = new PluginInfo();
  info.setVersion(packageVersion());
  return info;
}

/** The engine has found this process already running (PULUMI_DEBUG_PROVIDERS) and says where it is itself. */
export async function attach(plugin: Plugin, request: PluginAttach): Promise<Empty> {
  plugin.log.connect(request.getAddress());
  return new Empty();
}

/** Before every end, not only when the user cancels: running work cleans up behind itself, then sessions are logged out. */
export async function cancel(plugin: Plugin): Promise<Empty> {
  await plugin.scope.end();
  return new Empty();
}
