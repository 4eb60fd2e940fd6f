import { GuestError } from "../../errors/guest-error";
import type { GuestWork } from "../resource-kind";
import type { Finding } from "./finding";
import type { GuestEnvCheckTask } from "./schema";

const outputLimitBytes = 64 * 1024;
const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** One line for each path: df's, or an empty one where df refuses. */
const lineOfDfForEach = `for path; do printf '%s\\n' "$(df -Pk -- "$path" 2>/dev/null | sed -n 2p)"; done`;

/** Free space by the guest's own df, run only where it is asked for. POSIX guests only. */
export async function spaceFindings(task: GuestEnvCheckTask): Promise<Finding[]> {
  const { guest, want } = task;
  const wanted = Object.entries(want.minimumFreeBytes ?? {});
  if (wanted.length === 0) return [];
  if (guest.family === "windows") {
    throw new GuestError("INVALID_INPUT", "minimumFreeBytes works in POSIX guests only");
  }
  const free = await freeBytes(
    task,
    wanted.map(([path]) => path),
  );
  return wanted.map(([path, minimum], index) => {
    const bytes = free[index];
    const found = bytes === undefined ? "cannot be told" : `is ${roughly(bytes)}`;
    return {
      subject: `free space at ${path}`,
      expected: `${minimum} bytes or more`,
      found,
      met: (bytes ?? -1) >= minimum,
    };
  });
}

/** So rough that a guest that merely lives does not come out otherwise at each look: 75116363776 is "69 GiB". */
function roughly(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value)} ${units[power]}`;
}

async function freeBytes({ guest, op }: GuestWork, paths: readonly string[]): Promise<(number | undefined)[]> {
  const { stdout } = await guest.programs.ask(
    { program: "/bin/sh", arguments: ["-c", lineOfDfForEach, "sh", ...paths] },
    op,
    { outputLimitBytes },
  );
  const answers = stdout.bytes.toString("utf8").split("\n");
  return paths.map((_, index) => {
    const available = (answers[index] ?? "").trim().split(/\s+/)[3];
    return available === undefined ? undefined : Number(available) * 1024;
  });
}
