import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { keptWineFilesVariable } from "../simulator/guest/windows/wine-template";

/** Takes away what the test files have shared. */
export default function globalTeardown(): void {
  const kept = process.env[keptWineFilesVariable];
  if (kept !== undefined) rmSync(dirname(kept), { recursive: true, force: true });
}
