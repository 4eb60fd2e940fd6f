import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { guestPathSchema } from "../vocabulary/inputs";
import { guestInput } from "./inputs";
import type { GuestFunction } from "./guest-function";

const defaultLimitBytes = 1024 * 1024;
/** What is returned travels in one message, and stands in state when it is exported. */
const largestLimitBytes = 64 * 1024 * 1024;

const inputs = z.strictObject({
  ...guestInput,
  path: guestPathSchema.meta({
    examples: ["/etc/app/app.conf"],
    description: "Absolute path of a regular file in the guest.",
  }),
  maxSizeBytes: z
    .number()
    .int()
    .positive("must be greater than 0")
    .max(largestLimitBytes)
    .optional()
    .meta({ examples: [65536], description: "A larger file is an error. Default 1048576 (1 MiB), at most 64 MiB." }),
});

const outputs = z.object({
  content: z.string().optional().meta({ description: "The text; absent where the bytes are not UTF-8." }),
  contentBase64: z.string().meta({ description: "The bytes in base64." }),
  sha256: z.string().meta({ description: "SHA-256 of the bytes, in hex." }),
  sizeBytes: z.number().meta({ description: "Size in bytes." }),
});

/** A whole file; secrecy is the caller's to mark, since functions return plain values. */
export const readFile: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "readFile",
  description:
    "Reads a file from a guest. The result is plain: where the content is secret, mark it so in the program (`pulumi.secret`).",
  example: { title: "A file's text", arguments: 'vm: "web-1", path: "/etc/hostname"', output: "content" },
  inputs,
  outputs,
  async call(target, { path, maxSizeBytes }, op) {
    const bytes = await (await target.guest()).files.readBytes(path, maxSizeBytes ?? defaultLimitBytes, op);
    return {
      content: isUtf8(bytes) ? bytes.toString("utf8") : undefined,
      contentBase64: bytes.toString("base64"),
      sha256: createHash("sha256").update(bytes).digest("hex"),
      sizeBytes: bytes.length,
    };
  },
};
