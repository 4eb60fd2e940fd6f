import { read } from "read";
import type { VirtualMachine, WorkOptions } from "../../provider/library";
import { GuestError } from "../../provider/errors/guest-error";
import { allDone } from "../../provider/operation/all-done";
import { Slots } from "../../provider/operation/slots";
import { printableName } from "../../provider/values/printable";
import { interrupt } from "../session/interrupt";
import type { Holding } from "./declare";
import { looksSecret } from "./secrets";
import type { FoundFile } from "./survey";

const filesAtOnce = 4;

/** What becomes of contents that look secret: asked at a terminal, where nothing was said. */
export type SecretsChoice = "config" | "omit" | "plain" | "ask";

/** A file with its bytes, and what becomes of them. */
export interface FileContent {
  readonly file: FoundFile;
  readonly bytes: Buffer;
  readonly holding: Holding;
  /** Why it looks secret, where it does. */
  readonly suspicion?: string;
}

/** Reads all files, and decides what becomes of those that look secret. */
export async function readContents(
  vm: VirtualMachine,
  files: readonly FoundFile[],
  choice: SecretsChoice,
  work: WorkOptions,
): Promise<FileContent[]> {
  const slots = new Slots(filesAtOnce);
  const signal = work.signal ?? new AbortController().signal;
  const contents = await allDone(
    files.map((file) => slots.run(async () => ({ file, bytes: await vm.files.readBytes(file.path, work) }), signal)),
  );
  const decided: FileContent[] = [];
  for (const content of contents) {
    const suspicion = looksSecret(content.file.path, content.bytes);
    if (suspicion === undefined) decided.push({ ...content, holding: "beside" });
    else decided.push({ ...content, suspicion, holding: await holding(content.file.path, suspicion, choice) });
  }
  return decided;
}

async function holding(path: string, suspicion: string, choice: SecretsChoice): Promise<Holding> {
  const chosen = choice === "ask" ? await asked(path, suspicion) : choice;
  return ({ config: "secret", omit: "omitted", plain: "beside" } as const)[chosen];
}

/** Without anybody to ask it is left out: nothing secret is written in plain text unasked. */
async function asked(path: string, suspicion: string): Promise<"config" | "omit" | "plain"> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return "omit";
  const prompt = `${printableName(path)} looks secret: ${suspicion}.\n  (c)onfig: a secret of the stack's configuration, (o)mit, (p)lain text beside the program? [c/o/p] `;
  for (;;) {
    const answer = await read({ prompt, output: process.stderr }).catch((error: unknown) => {
      interrupt.abort();
      throw new GuestError("CANCELLED", "Nothing was answered, and nothing written.", { cause: error });
    });
    const chosen = (["config", "omit", "plain"] as const).find((one) => answer !== "" && one.startsWith(answer.trim()));
    if (chosen !== undefined) return chosen;
  }
}
