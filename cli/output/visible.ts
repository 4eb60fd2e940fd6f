import { StringDecoder } from "node:string_decoder";
import type { Writable } from "node:stream";
import { withoutCommands } from "../../provider/values/printable";

/** Where a guest's own output goes. */
export interface OutputSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/**
 * A guest's output as it is, for files and pipes. On a terminal what that would obey is shown instead (`\x1b`): a guest has no
 * say over the terminal of who looks at it. `isRaw` lets all through; `prefix` begins each line, where several machines speak.
 */
export function outputSink(to: Writable & { readonly isTTY?: boolean }, isRaw: boolean, prefix = ""): OutputSink {
  if (prefix === "" && (isRaw || to.isTTY !== true)) return { write: (bytes) => void to.write(bytes), end: () => {} };
  const decoder = new StringDecoder("utf8");
  const shown = (text: string) => (isRaw || to.isTTY !== true ? text : withoutCommands(text));
  let rest = "";
  return {
    write(bytes) {
      const lines = (rest + decoder.write(Buffer.from(bytes))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) to.write(`${prefix}${shown(line)}\n`);
      if (prefix !== "" || rest === "") return;
      to.write(shown(rest));
      rest = "";
    },
    end() {
      rest += decoder.end();
      if (rest !== "") to.write(`${prefix}${shown(rest)}${prefix === "" ? "" : "\n"}`);
    },
  };
}
