import { NativeHost } from "./native-host";
import { lifecycleSuite } from "./suite";

describe("the native skin", () => lifecycleSuite((config) => new NativeHost(config)));
