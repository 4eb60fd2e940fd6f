import type { ServiceError } from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./host";

/** Properties as they travel. */
export function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)) as Record<string, JavaScriptValue>);
}

/** Properties as they came, with Pulumi's marks. */
export function plain(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}

/** What a failed create or update tells of an object that is there all the same. */
export function unfinished(error: ServiceError): { readonly id: string; readonly state: Properties } | undefined {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!(details instanceof Buffer)) return undefined;
  const [packed] = Status.deserializeBinary(details).getDetailsList();
  const failure = messages.ErrorResourceInitFailed.deserializeBinary(packed?.getValue_asU8() ?? new Uint8Array());
  return { id: failure.getId(), state: plain(failure.getProperties()) };
}
