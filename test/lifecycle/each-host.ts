import { DynamicHost } from "./dynamic-host";
import type { StartHost } from "./host";
import { NativeHost } from "./native-host";

/** The same rules through Pulumi's own host of dynamic resources and through the native plugin, each over its real protocol. */
export function throughEachHost(rules: (startHost: StartHost) => void): void {
  describe("through the dynamic host", () => rules((config) => new DynamicHost(config)));
  throughNativeHost(rules);
}

function throughNativeHost(rules: (startHost: StartHost) => void): void {
  describe("through the native host", () => rules((config) => new NativeHost(config)));
}

/**
 * For rules about what is done in a guest, which is the same whichever host asks for it: through the native plugin alone,
 * and through both in the long form of the tests (`npm run test:long`).
 */
export function throughOneHost(rules: (startHost: StartHost) => void): void {
  return process.env.EACH_HOST === "all" ? throughEachHost(rules) : throughNativeHost(rules);
}
