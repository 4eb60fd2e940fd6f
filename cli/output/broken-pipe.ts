/** Whoever reads our output may leave, as `| head` does: then there is nobody to go on for. */
export function endWithReader(leave: () => void): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    leave();
  });
}
