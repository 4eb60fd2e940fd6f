import type { AgentFileAttributes } from "../../guest/guest-agent";
import type { Data } from "../../soap/schema/types";

/** GuestFileAttributes between the wire, where `$type` is the xsi:type, and the agent's border, where `type` is. */
export function attributesFromWire({ $type, ...fields }: Data<"GuestFileAttributes">): AgentFileAttributes {
  return { type: $type, ...fields } as AgentFileAttributes;
}

export function attributesToWire({ type, ...fields }: AgentFileAttributes): Data<"GuestFileAttributes"> {
  return { $type: type, ...fields };
}
