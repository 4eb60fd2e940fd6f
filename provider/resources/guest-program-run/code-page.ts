import type { Guest, GuestPrograms, ProgramResult } from "../../guest/guest";
import type { Operation } from "../../operation/operation";
import type { GuestWork } from "../resource-kind";
import { decodeOutput, type DecodedOutput, needsCodePage } from "./output";

/** What most of the world's consoles had before a system could be asked. */
const fallbackCodePage = "437";
const registryKey = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage";

/** A run whose outputs are text. */
export interface DecodedResult extends Omit<ProgramResult, "stdout" | "stderr"> {
  readonly stdout: DecodedOutput;
  readonly stderr: DecodedOutput;
}

/** Outputs as text. Only where bytes of a Windows guest are in its own code page, that is looked up, once. */
export async function decodeResult({ guest, op }: GuestWork, result: ProgramResult): Promise<DecodedResult> {
  const { stdout, stderr } = result;
  const isOpen = guest.family === "windows" && [stdout, stderr].some(needsCodePage);
  const codePage = isOpen ? await consoleCodePage(guest, op) : undefined;
  return { ...result, stdout: decodeOutput(stdout, codePage), stderr: decodeOutput(stderr, codePage) };
}

const known = new WeakMap<GuestPrograms, Promise<string>>();

/** The code page in which console programs of a Windows guest write (its OEM code page), e.g. "850". */
function consoleCodePage({ programs }: Guest, op: Operation): Promise<string> {
  const asked = known.get(programs) ?? readCodePage(programs, op);
  known.set(programs, asked);
  asked.catch(() => known.delete(programs));
  return asked;
}

async function readCodePage(programs: GuestPrograms, op: Operation): Promise<string> {
  const { stdout } = await programs.ask({ program: "reg.exe", arguments: ["query", registryKey, "/v", "OEMCP"] }, op, {
    outputLimitBytes: 4096,
  });
  return /\bOEMCP\s+REG_SZ\s+(\d+)/.exec(stdout.bytes.toString("latin1"))?.[1] ?? fallbackCodePage;
}
