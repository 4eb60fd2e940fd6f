import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { IdleWatch } from "../../../../provider/guest/transfer/idle-watch";

const idleMs = 500;
const watchFor = () => new IdleWatch(idleMs, () => new Error("nothing moved"));

test("a transfer that stands still is ended, with the reason", async () => {
  const { signal } = watchFor();
  await once(signal, "abort");
  expect(signal.reason).toEqual(new Error("nothing moved"));
});

test("one through which bytes flow may take any time in all", async () => {
  const watch = watchFor();
  async function* slowly() {
    for (let chunk = 0; chunk < 10; chunk += 1) {
      await delay(idleMs / 5);
      yield Buffer.from("x");
    }
  }
  let sizeBytes = 0;
  await pipeline(Readable.from(slowly()), watch.meter(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) sizeBytes += chunk.length;
  });
  watch.stop();
  expect({ sizeBytes, aborted: watch.signal.aborted }).toEqual({ sizeBytes: 10, aborted: false });
});
