import fc from "fast-check";
import {
  attributesToChange,
  formatMode,
  observeAttributes,
  parseMode,
} from "../../../provider/resources/file-system/attributes";
import { formatToolsVersion, isAtLeast } from "../../../provider/vocabulary/tools-version";
import { decodeOutput } from "../../../provider/resources/guest-program-run/output";
import type { FileStat } from "../../../provider/guest/guest";

const stat: FileStat = {
  path: "/a",
  type: "file",
  sizeBytes: 1,
  modifiedAt: new Date(0),
  mode: 0o644,
  ownerId: 7,
  groupId: 8,
};

test("a mode stays as the program writes it while the bits agree", () => {
  expect(observeAttributes({ mode: "644" }, undefined, stat)).toEqual({ mode: "644" });
  expect(observeAttributes({ mode: "0600" }, undefined, stat)).toEqual({ mode: "0644" });
});

test("an owner stays a name while the guest shows the id recorded for it", () => {
  expect(observeAttributes({ owner: "app" }, { owner: "app", ownerId: 7 }, stat)).toEqual({ owner: "app" });
  expect(observeAttributes({ owner: "app" }, { owner: "app", ownerId: 9 }, stat)).toEqual({ owner: 7 });
  expect(observeAttributes({ owner: "7" }, undefined, stat)).toEqual({ owner: "7" });
});

test("a change of owner sets the mode again, since it clears set-id bits", () => {
  expect(attributesToChange({ ownerId: 9, mode: 0o644 }, stat)).toEqual({ ownerId: 9, mode: 0o644 });
  expect(attributesToChange({ ownerId: 7, mode: 0o644 }, stat)).toEqual({});
});

test("modes survive formatting", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0o7777 }), (mode) => parseMode(formatMode(mode)) === mode));
});

test.each([
  ["12352", "12.2.0"],
  ["11365", "11.3.5"],
  ["2147483647", "2097151.31.31"],
  ["unknown", "unknown"],
])("VMware Tools number %s is version %s", (reported, version) => {
  expect(formatToolsVersion(reported)).toBe(version);
});

test("versions compare by their numbers", () => {
  expect(isAtLeast("12.10.0", "12.2")).toBe(true);
  expect(isAtLeast("12.1.9", "12.2")).toBe(false);
});

test("output is text where it is UTF-8 or marked UTF-16, with the bytes kept otherwise", () => {
  const output = (bytes: Buffer, totalBytes = bytes.length) => decodeOutput({ bytes, totalBytes });
  expect(output(Buffer.from("höhe\r\n"))).toEqual({ text: "höhe" });
  expect(output(Buffer.from("\ufeffja\r\n", "utf16le")).text).toBe("ja");
  expect(output(Buffer.from([0xff, 0x00, 0x41])).base64).toBe("/wBB");
  expect(output(Buffer.from("abc"), 10).text).toBe("abc\n[cut: 3 of 10 bytes]");
  expect(output(Buffer.from("aü").subarray(0, 2), 10)).toEqual({ text: "a\n[cut: 2 of 10 bytes]" });
});

test("output of a Windows guest is UTF-16 by its zeros, else in the guest's code page where it is not UTF-8", () => {
  const output = (bytes: Buffer, codePage: string) => decodeOutput({ bytes, totalBytes: bytes.length }, codePage);
  const wide = Buffer.from("wide ünï\r\n", "utf16le");
  expect(output(wide, "850")).toEqual({ text: "wide ünï", base64: wide.toString("base64") });
  expect(output(Buffer.from("höhe"), "850")).toEqual({ text: "höhe" });
  const bytes = Buffer.from([0x81, 0x9b, 0xe1]);
  expect(output(bytes, "437").text).toBe("ü¢ß");
  expect(output(bytes, "850").text).toBe("üøß");
  expect(output(Buffer.from([0xfc, 0xdf]), "1252").text).toBe("üß");
  expect(output(bytes, "no such page").text).toBe("\u0081\u009bá");
});
