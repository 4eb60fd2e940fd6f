import type { Logger } from "../operation/operation";

/**
 * Pulumi shows what a dynamic host writes to stdout as information for the user
 * (docs/reference/pulumi.md#the-dynamic-host).
 */
export const consoleLog: Logger = {
  debug: () => {},
  info: (message) => void process.stdout.write(`${message}\n`),
  warn: (message) => void process.stdout.write(`warning: ${message}\n`),
};
