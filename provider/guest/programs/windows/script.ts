import type { ProgramSpec } from "../../guest";
import { quoteAllForWindows } from "../../paths/quoting-windows";
import type { RunPlace } from "../rooms/rooms";

type Script = Extract<ProgramSpec["command"], { readonly script: string }>;

/** A script as a file in the run's room, and how its interpreter is told of it. */
export interface WindowsScript {
  /** Of the interpreter: absolute for those that are a part of Windows. */
  readonly program: string;
  /** Its arguments, quoted. */
  readonly commandLine: string;
  /** Of the file, after the run's. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** `systemProgram` tells the path of a program below System32. The interpreter is cmd where none is named. */
export function windowsScript(
  { script, interpreter = "cmd" }: Script,
  place: RunPlace,
  systemProgram: (name: string) => string,
): WindowsScript {
  const kind = (/([^\\/]*?)(?:\.exe)?$/i.exec(interpreter)?.[1] ?? "").toLowerCase();
  const isNamedOnly = !/[\\/]/.test(interpreter);
  const pathOf = (name: string) => `${place.room.path}\\${place.runId}.${name}`;
  switch (kind) {
    case "cmd":
      // With /s cmd takes off the outer quotes alone.
      return {
        program: isNamedOnly ? systemProgram("cmd.exe") : interpreter,
        commandLine: `/d /s /c ""${pathOf("script.cmd")}""`,
        name: "script.cmd",
        bytes: Buffer.from(batchText(script, systemProgram)),
      };
    case "powershell":
    case "pwsh":
      // Windows PowerShell takes a file without a byte order mark for one in the machine's code page.
      return {
        program:
          isNamedOnly && kind === "powershell" ? systemProgram("WindowsPowerShell\\v1.0\\powershell.exe") : interpreter,
        commandLine: `-NoProfile -NonInteractive -ExecutionPolicy Bypass -File ${quoteAllForWindows([pathOf("script.ps1")])}`,
        name: "script.ps1",
        bytes: Buffer.from(`\ufeff${withoutMark(script)}`),
      };
    default:
      return {
        program: interpreter,
        commandLine: quoteAllForWindows([pathOf("script")]),
        name: "script",
        bytes: Buffer.from(script),
      };
  }
}

/**
 * cmd finds labels and ends of lines reliably only with CRLF. It reads a batch file in the console's code page, line by
 * line, and takes a byte order mark for text: so one with more than ASCII says first that it goes on in UTF-8.
 */
function batchText(script: string, systemProgram: (name: string) => string): string {
  const text = withoutMark(script).replace(/\r?\n/g, "\r\n");
  return /^[\0-\x7f]*$/.test(text) ? text : `@"${systemProgram("chcp.com")}" 65001 >nul\r\n${text}`;
}

function withoutMark(script: string): string {
  return script.replace(/^\ufeff/, "");
}
