import type { Data } from "../soap/schema/types";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";

/** ServiceInstance: docs/reference/protocol.md#service-content. */
export class ServiceInstance implements ManagedObject {
  readonly ref = { type: "ServiceInstance", value: "ServiceInstance" } as const;
  readonly #content: Data<"ServiceContent">;

  constructor(content: Data<"ServiceContent">) {
    this.#content = content;
  }

  readonly properties: Properties<"ServiceInstance"> = {
    serverClock: () => new Date(),
    content: () => this.#content,
  };

  readonly methods: MethodHandlers<"ServiceInstance"> = {
    RetrieveServiceContent: () => this.#content,
    CurrentTime: () => new Date(),
  };
}
