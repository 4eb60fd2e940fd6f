import { DynamicHost } from "./dynamic-host";
import type { StartHost } from "./host";
import { NativeHost } from "./native-host";

/** The same rules through Pulumi's own host of dynamic resources and through the native plugin, each over its real protocol. */
export function throughEachHost(rules: (startHost: StartHost) => void): void {
  describe("through the dynamic host", () => rules((config) => new DynamicHost(config)));
  describe("through the native host", () => rules((config) => new NativeHost(config)));
}
