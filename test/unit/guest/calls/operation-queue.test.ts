import fc from "fast-check";
import { GuestError } from "../../../../provider/errors/guest-error";
import { OperationQueue } from "../../../../provider/guest/calls/operation-queue";
import { Slots } from "../../../../provider/operation/slots";
import { operation, root, withVCenter } from "../../vcenter/workbench";

const busy = () =>
  new GuestError("BUSY", "busy", { retryable: true, fault: { name: "TaskInProgress", message: "", fields: {} } });

/** A host that takes so many operations at once and refuses more. */
function host(limit: number) {
  let running = 0;
  const seen = { served: 0, refused: 0 };
  const serve = async () => {
    if (running >= limit) {
      seen.refused++;
      throw busy();
    }
    running++;
    await new Promise(setImmediate);
    running--;
    seen.served++;
  };
  return { serve, seen };
}

test("whatever a host takes at once, every operation is served in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 30 }), async (limit, count) => {
      const queue = new OperationQueue(new Slots(8));
      const { serve, seen } = host(limit);
      await Promise.all(Array.from({ length: count }, () => queue.run(serve, new AbortController().signal)));
      expect(seen.served).toBe(count);
      expect(queue.limit).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 20 },
  );
});

test("a host that takes four at once is never refused anything", async () => {
  const queue = new OperationQueue(new Slots(8));
  const { serve, seen } = host(4);
  await Promise.all(Array.from({ length: 50 }, () => queue.run(serve, new AbortController().signal)));
  expect(seen.refused).toBe(0);
});

test("a refusal that our own calls don't explain is the caller's", async () => {
  const queue = new OperationQueue(new Slots(8));
  const refused = queue.run(() => Promise.reject(busy()), new AbortController().signal);
  await expect(refused).rejects.toMatchObject({ code: "BUSY" });
  expect(queue.limit).toBe(4);
});

test("who is cancelled while waiting leaves the queue, and the others go on", async () => {
  const slots = new Slots(1);
  let release = () => {};
  const first = slots.run(() => new Promise<void>((resolve) => (release = resolve)), new AbortController().signal);
  const controller = new AbortController();
  const cancelled = slots.run(() => Promise.resolve("never"), controller.signal);
  const third = slots.run(() => Promise.resolve("third"), new AbortController().signal);
  controller.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
  release();
  await first;
  await expect(third).resolves.toBe("third");
});

test("one ESXi host gets at most eight operations at once, two get more together", async () => {
  await withVCenter({ vms: 16, hosts: 2, latencyMilliseconds: 60 }, async (vcenter, simulator) => {
    const all = await Promise.all(simulator.vms.map(({ moid }) => vcenter.calls(moid, root, operation())));
    await all[0]!.listFilesInGuest("/etc/.", {}, operation());
    simulator.clearCalls();
    const listings = all.flatMap((one) => [1, 2].map(() => one.listFilesInGuest("/etc/.", {}, operation())));
    await Promise.all(listings);
    const hostOf = new Map(simulator.vms.map(({ moid, host }) => [moid, host]));
    const most = (host: string) => {
      const calls = simulator.calls.filter(({ vm }) => hostOf.get(vm ?? "") === host);
      // Times are whole milliseconds: a call that begins as another ends is not beside it.
      const beside = (atMs: number) =>
        calls.filter((call) => call.startedAtMs <= atMs && atMs < call.startedAtMs + call.durationMilliseconds - 2);
      return Math.max(...calls.map((call) => beside(call.startedAtMs).length));
    };
    const [first = 0, second = 0] = [...new Set(hostOf.values())].map(most);
    expect([first, second].every((count) => count > 2 && count <= 8)).toBe(true);
  });
});
