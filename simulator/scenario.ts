import { z } from "zod";
import { runCommand } from "./controls/commands";
import type { Simulator } from "./simulator";
import { startSimulator } from "./start-simulator";

/** A scenario file: the options of a simulator, and commands that are carried out before it is handed over. */
const scenario = z.looseObject({ commands: z.array(z.unknown()).default([]) });

/**
 * Starts a simulator as a scenario says; `overrides` (from the command line) win over it.
 * Errors: ZodError for a wrong scenario or command, else those of startSimulator.
 */
export async function startScenario(
  content: unknown,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Simulator> {
  const { commands, ...options } = scenario.parse(content);
  const simulator = await startSimulator({ ...options, ...overrides });
  try {
    for (const command of commands) await runCommand(simulator, command);
  } catch (error) {
    await simulator.stop();
    throw error;
  }
  return simulator;
}
