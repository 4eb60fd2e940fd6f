import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export type Language = "nodejs" | "python" | "go" | "yaml";

/** What a language needs beside Pulumi's host for it. */
const tools: Readonly<Record<Language, readonly string[]>> = { nodejs: [], python: ["python3"], go: ["go"], yaml: [] };

/**
 * Why programs of a language can't run here, or undefined if they can. Where the environment variable CI is set, that is
 * an error: nothing may go untested there.
 */
export function whyNot(language: Language): string | undefined {
  const host = `pulumi-language-${language}`;
  const missing = [
    ...(isOnPath(host) ? [] : [host]),
    ...tools[language].filter((tool) => spawnSync(tool, ["--help"], { stdio: "ignore" }).error !== undefined),
  ];
  if (missing.length === 0) return undefined;
  const reason = `${language} programs are NOT tested: ${missing.join(" and ")} not found`;
  if (process.env.CI !== undefined && process.env.CI !== "") throw new Error(reason);
  process.stderr.write(`\n*** ${reason} ***\n\n`);
  return reason;
}

function isOnPath(command: string): boolean {
  const name = process.platform === "win32" ? `${command}.exe` : command;
  return (process.env.PATH ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
