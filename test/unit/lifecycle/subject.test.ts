import { lineOn } from "../../../provider/lifecycle/scope/subject";

test.each([
  ["content differs", "vm-1 /etc/f: content differs"],
  ["vm-1 /etc/f: is a directory", "vm-1 /etc/f: is a directory"],
  ["vm-1: the guest does not answer", "vm-1 /etc/f: the guest does not answer"],
  ["vm-10: is another machine", "vm-1 /etc/f: vm-10: is another machine"],
])("a line names its subject once: %s", (text, line) => {
  expect(lineOn("vm-1", "uuid:/etc/f", text)).toBe(line);
});

test("without a machine's name it names the object", () => {
  expect(lineOn("", "uuid:/etc/f", ": odd")).toBe("/etc/f: : odd");
});
