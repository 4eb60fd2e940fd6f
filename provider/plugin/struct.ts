import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** A message's struct as JSON; absent (the engine sends none since 3.198) is empty. */
export function fromStruct(struct: Struct | undefined): Readonly<Record<string, unknown>> {
  return struct?.toJavaScript() ?? {};
}

/** JSON as a message's struct. Throws for undefined, which the wire does not know: encodeProperties drops it. */
export function toStruct(properties: Readonly<Record<string, unknown>>): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
