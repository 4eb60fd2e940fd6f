import { Fault } from "../soap/fault";
import type { Registry } from "./registry";

/** Waits until a look finds something, looking again at every change; undefined when the time is over. */
export class UpdateWait<T> {
  readonly result: Promise<T | undefined>;
  #stop: () => void = () => undefined;
  #reject: (error: Fault) => void = () => undefined;

  constructor(registry: Registry, maxWaitSeconds: number | undefined, look: () => T | undefined) {
    this.result = new Promise<T | undefined>((resolve, reject) => {
      const timer =
        maxWaitSeconds === undefined ? undefined : setTimeout(() => resolve(undefined), maxWaitSeconds * 1000);
      timer?.unref();
      const off = registry.onChange(() => {
        try {
          const found = look();
          if (found !== undefined) resolve(found);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      this.#reject = reject;
      this.#stop = () => {
        off();
        clearTimeout(timer);
      };
    }).finally(() => this.#stop());
  }

  cancel(): void {
    this.#reject(new Fault("RequestCanceled"));
  }
}
