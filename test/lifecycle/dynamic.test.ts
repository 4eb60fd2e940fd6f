import { DynamicHost } from "./dynamic-host";
import { lifecycleSuite } from "./suite";

describe("the dynamic skin", () => lifecycleSuite((config) => new DynamicHost(config)));
