import { SingleBar } from "cli-progress";
import type { ProgressListener } from "../../provider/library";

/** A bar on the terminal while bytes travel; elsewhere nothing is told. */
export function progressBar(name: string): { readonly listener: ProgressListener; stop(): void } | undefined {
  if (!process.stderr.isTTY) return undefined;
  const bar = new SingleBar({
    format: `${name} {bar} {percentage}% | {value}/{total} bytes | {eta_formatted}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    listener: ({ doneBytes, totalBytes }) => {
      if (!isStarted) bar.start(totalBytes, doneBytes);
      isStarted = true;
      bar.update(doneBytes);
    },
    stop: () => bar.stop(),
  };
}
