/**
 * Runs a command to its end. What it throws is told on stderr and makes the exit code 1: a plain Error by its message alone,
 * since a command throws those to be read; anything else whole, since it may be a mistake of ours.
 */
export function runCommand(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    console.error(error instanceof Error && error.constructor === Error ? error.message : error);
    process.exitCode = 1;
  });
}
