import type { AgentProcessInfo } from "./guest-agent";

const samplingMs = 1000;
const memoryMs = 300_000;

interface StartedProgram {
  readonly pid: number;
  readonly name: string;
  readonly cmdLine: string;
  readonly owner: string;
  readonly startedAtMs: number;
  endedAtMs?: number;
  exitCode?: number;
}

/**
 * What the agent remembers of the programs it started, in start order. It looks at them once a second, counted from
 * each start, so an end shows at the next whole second; 300 s later the program is forgotten
 * (docs/reference/guest-operations.md#programs).
 */
export class StartedPrograms {
  #programs: StartedProgram[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Returns what to call when the program ends. */
  add(program: Omit<StartedProgram, "startedAtMs" | "endedAtMs" | "exitCode">): (exitCode: number) => void {
    const entry: StartedProgram = { ...program, startedAtMs: this.#now() };
    this.#programs = this.#programs.filter(({ pid }) => pid !== program.pid);
    this.#programs.push(entry);
    return (exitCode) => {
      entry.endedAtMs = this.#now();
      entry.exitCode = exitCode;
    };
  }

  /** All that are remembered, as ListProcesses shows them. */
  list(): AgentProcessInfo[] {
    this.#programs = this.#programs.filter((program) => this.#now() <= shownEndMs(program) + memoryMs);
    return this.#programs.map((program) => this.#describe(program));
  }

  /** True for a program that ended, whether that shows already or not. */
  hasEnded(pid: number): boolean {
    return this.#programs.some((program) => program.pid === pid && program.endedAtMs !== undefined);
  }

  forgetAll(): void {
    this.#programs = [];
  }

  #describe(program: StartedProgram): AgentProcessInfo {
    const { name, pid, owner, cmdLine, startedAtMs, exitCode } = program;
    const running = { name, pid, owner, cmdLine, startTime: wholeSecond(startedAtMs) };
    const endMs = shownEndMs(program);
    if (this.#now() < endMs) return running;
    return { ...running, endTime: wholeSecond(endMs), exitCode: exitCode ?? 0 };
  }
}

/** The moment from which the end shows; never for a running program. */
function shownEndMs({ startedAtMs, endedAtMs }: StartedProgram): number {
  if (endedAtMs === undefined) return Infinity;
  return startedAtMs + Math.max(1, Math.ceil((endedAtMs - startedAtMs) / samplingMs)) * samplingMs;
}

function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
