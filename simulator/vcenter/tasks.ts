import { setTimeout as delay } from "node:timers/promises";
import { Fault } from "../soap/fault";
import { typed, type Typed } from "../soap/encode";
import type { ManagedObjectReference } from "../soap/schema/notation";
import type { Data } from "../soap/schema/types";
import type { ManagedObject, MethodHandlers, Properties } from "./managed-object";
import type { Registry } from "./registry";

/** What a task is about. */
export interface TaskSubject {
  /** The API method that made the task, as on the wire: `PowerOnVM_Task`. pyVmomi looks it up while a task runs. */
  readonly method: string;
  /** e.g. `VirtualMachine.powerOn`. */
  readonly descriptionId: string;
  readonly entity: ManagedObjectReference;
  readonly entityName: string;
  readonly user: string;
}

/** How long finished tasks can be read (docs/reference/protocol.md#tasks). */
const keptMilliseconds = 600_000;

/** Starts and keeps tasks. */
export class Tasks {
  readonly #tasks: Task[] = [];
  readonly #registry: Registry;
  /** How long each task takes before it does its work. */
  readonly #durationMilliseconds: number;

  constructor(registry: Registry, durationMilliseconds: number) {
    this.#registry = registry;
    this.#durationMilliseconds = durationMilliseconds;
  }

  /** The task that is running on an entity, undefined for none. */
  runningOn(entity: ManagedObjectReference): ManagedObjectReference | undefined {
    return this.#tasks.find((task) => task.completedAt === undefined && task.entityId === entity.value)?.ref;
  }

  /** Runs the work as a task and returns its reference at once. What the work returns is the task's result. */
  start(subject: TaskSubject, work: () => Promise<Typed | undefined>): { type: "Task"; value: string } {
    this.#sweep();
    const task = this.#registry.add(new Task(this.#registry.nextId("task"), subject));
    this.#tasks.push(task);
    void task.run(work, this.#durationMilliseconds).finally(() => this.#registry.changed());
    return task.ref;
  }

  recent(): ManagedObjectReference[] {
    return this.#tasks.slice(-10).map((task) => task.ref);
  }

  #sweep(): void {
    const limit = Date.now() - keptMilliseconds;
    while ((this.#tasks[0]?.completedAt?.getTime() ?? Infinity) < limit) {
      const task = this.#tasks.shift();
      if (task !== undefined) this.#registry.remove(task.ref);
    }
  }
}

/** Task: docs/reference/protocol.md#tasks. */
class Task implements ManagedObject {
  readonly ref: { type: "Task"; value: string };
  readonly #queuedAt = new Date();
  completedAt: Date | undefined;
  #outcome: Pick<Data<"TaskInfo">, "state" | "error" | "result"> = { state: "running" };
  readonly #subject: TaskSubject;

  constructor(id: string, subject: TaskSubject) {
    this.#subject = subject;
    this.ref = { type: "Task", value: id };
  }

  get entityId(): string {
    return this.#subject.entity.value;
  }

  async run(work: () => Promise<Typed | undefined>, durationMilliseconds: number): Promise<void> {
    try {
      await delay(durationMilliseconds, undefined, { ref: false });
      this.#outcome = { state: "success", result: await work() };
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault("SystemError", { reason: String(error) });
      this.#outcome = { state: "error", error: fault.localized() };
    }
    this.completedAt = new Date();
  }

  readonly properties: Properties<"Task"> = { info: () => this.#info() };

  readonly methods: MethodHandlers<"Task"> = {
    CancelTask: () => {
      throw new Fault("NotSupported");
    },
  };

  #info(): Data<"TaskInfo"> {
    return {
      key: this.ref.value,
      task: this.ref,
      name: this.#subject.method,
      descriptionId: this.#subject.descriptionId,
      entity: this.#subject.entity,
      entityName: this.#subject.entityName,
      cancelled: false,
      cancelable: false,
      ...this.#outcome,
      reason: { $type: "TaskReasonUser", userName: this.#subject.user },
      queueTime: this.#queuedAt,
      startTime: this.#queuedAt,
      completeTime: this.completedAt,
      eventChainId: 1,
    };
  }
}

/** A task result that is a reference. */
export const referenceResult = (ref: ManagedObjectReference): Typed => typed(`@${ref.type}`, ref);
