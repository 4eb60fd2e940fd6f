import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ZodError } from "zod";
import { runCommand, type Simulator } from "../../simulator";
import { given } from "../../provider/values/given";

/**
 * Reads a command per line, carries them out one after the other, and answers each with a line:
 * `{"ok":true,"result":…}` or `{"ok":false,"error":"…"}`. The end of the input changes nothing; `stop` calls back.
 */
export function serveCommands(simulator: Simulator, input: Readable, output: Writable, onStop: () => void): void {
  let previous = Promise.resolve();
  createInterface({ input }).on("line", (line) => {
    if (line.trim() === "") return;
    previous = previous.then(async () => {
      const { answer, stop } = await serve(simulator, line);
      output.write(`${JSON.stringify(answer)}\n`);
      if (stop) onStop();
    });
  });
}

async function serve(simulator: Simulator, line: string): Promise<{ answer: object; stop: boolean }> {
  try {
    const order: unknown = JSON.parse(line);
    const result = await runCommand(simulator, order);
    return { answer: { ok: true, ...given({ result }) }, stop: isStop(order) };
  } catch (error) {
    return { answer: { ok: false, error: describe(error) }, stop: false };
  }
}

function isStop(order: unknown): boolean {
  return (order as { readonly command?: unknown }).command === "stop";
}

function describe(error: unknown): string {
  if (error instanceof ZodError)
    return error.issues.map(({ path, message }) => `${path.join(".") || "command"}: ${message}`).join("; ");
  return error instanceof Error ? error.message : String(error);
}
