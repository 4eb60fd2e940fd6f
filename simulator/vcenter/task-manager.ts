import type { ManagedObject, Properties } from "./managed-object";
import type { Tasks } from "./tasks";

/** TaskManager: only the list of recent tasks. */
export class TaskManager implements ManagedObject {
  readonly ref = { type: "TaskManager", value: "TaskManager" } as const;
  readonly methods = {};
  readonly #tasks: Tasks;

  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  readonly properties: Properties<"TaskManager"> = {
    recentTask: () => this.#tasks.recent(),
    maxCollector: () => 32,
  };
}
