import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A directory on this machine that a test declares as the source of a guest's. */
export class LocalTree {
  readonly path = mkdtempSync(join(tmpdir(), "source-"));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  at(path: string): string {
    return join(this.path, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** All paths below a directory, sorted. */
export function pathsBelow(directory: string): string[] {
  return (readdirSync(directory, { recursive: true }) as string[]).sort();
}
