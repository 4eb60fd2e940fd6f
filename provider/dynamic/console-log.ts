import type { Logger } from "../operation/operation";
import { printable } from "../values/printable";

/**
 * What the dynamic host writes to stdout Pulumi shows as information for the user, beside no resource
 * (docs/reference/pulumi.md#the-dynamic-host): each line says which it is about. `resource`: as labelOf has it.
 */
export function consoleLog(resource: string | undefined): Logger {
  const about = resource === undefined ? "" : `${resource}: `;
  return {
    debug: () => {},
    info: (message) => void process.stdout.write(`${printable(about + message)}\n`),
    warn: (message) => void process.stdout.write(`warning: ${printable(about + message)}\n`),
  };
}
