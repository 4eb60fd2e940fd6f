import { givenOptions, optionFlags } from "../../../cli/simulate/simulate-flags";
import { describeOptions } from "../../../simulator/option-descriptions";
import { simulatorOptions } from "../../../simulator/options";

test("every option says what it is", () => {
  expect(describeOptions().filter(({ description }) => description === "")).toEqual([]);
});

test.each([
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["vcenter.test:8989", { host: "vcenter.test", port: 8989 }],
  ["[::1]:443", { host: "::1", port: 443 }],
  [":8989", { host: "127.0.0.1", port: 8989 }],
])("the address %j may be written as text", (listen, address) => {
  expect(simulatorOptions.parse({ listen }).listen).toEqual(address);
});

test.each(["127.0.0.1", "8989", "::1:443", "127.0.0.1:", "host:1:2"])("the address %j is refused", (listen) => {
  expect(simulatorOptions.safeParse({ listen }).success).toBe(false);
});

test("a flag gives its option what the option takes: a number or text", () => {
  const flags = optionFlags();
  const read = (long: string, text: string): Record<string, unknown> => {
    const flag = flags.find((one) => one.flag.long === long)?.flag;
    return givenOptions(flags, { [flag?.attributeName() ?? ""]: flag?.parseArg?.(text, undefined) });
  };
  expect(read("--vms", "3")).toEqual({ vms: 3 });
  expect(read("--latency", "20")).toEqual({ latencyMilliseconds: 20 });
  expect(read("--password", "42")).toEqual({ password: "42" });
  expect(read("--data", "/kept")).toEqual({ dataDirectory: "/kept" });
});
