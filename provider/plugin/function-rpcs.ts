import { status } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { invoke as invokeFunction } from "../lifecycle/invoke";
import { decodeProperties, encodeProperties } from "../properties/wire-value";
import { checkFailures } from "./check-failures";
import type { Plugin } from "./plugin";
import { RpcRefusal } from "./rpc-status";
import { fromStruct, toStruct } from "./struct";

/** Calls a function. Its answer is plain: the protocol's functions return no secrets. */
export async function invoke(plugin: Plugin, request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
  const token = request.getTok();
  const fn = plugin.functionOf(token);
  if (fn === undefined) throw new RpcRefusal(status.NOT_FOUND, `vsphere-guest has no function ${token}`);
  const { values, secretNames } = decodeProperties(fromStruct(request.getArgs()));
  const answer = await invokeFunction(fn, values, secretNames, plugin.context(""));
  const response = new messages.InvokeResponse();
  if (answer.ok) {
    response.setReturn(toStruct(encodeProperties(answer.outputs)));
    return response;
  }
  response.setFailuresList(checkFailures(answer.failures));
  return response;
}
