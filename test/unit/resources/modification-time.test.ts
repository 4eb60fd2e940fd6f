import * as fc from "fast-check";
import { isSettled, modificationTimeForWrite } from "../../../provider/resources/file-system/modification-time";

const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);

test("the time given to a written file is of whole seconds, proof at once, and not much older than the write", () => {
  fc.assert(
    fc.property(sha256, (hash) => {
      const time = modificationTimeForWrite(hash);
      expect(time.getMilliseconds()).toBe(0);
      expect(isSettled(time)).toBe(true);
      expect(Date.now() - time.getTime()).toBeLessThan(36_000);
    }),
  );
});

test("contents of other hashes never get the same time, whenever they are written", () => {
  const times = (remainder: number) => {
    const hash = remainder.toString(16).padStart(8, "0").padEnd(64, "0");
    return [0, 400, 1_000, 1_700, 12_000, 30_000].map((laterMs) => {
      jest.useFakeTimers({ now: startMs + laterMs });
      return modificationTimeForWrite(hash).getTime();
    });
  };
  const startMs = Date.now();
  try {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), (one, other) => {
        if (one !== other) expect(times(one).filter((time) => times(other).includes(time))).toEqual([]);
      }),
    );
  } finally {
    jest.useRealTimers();
  }
});

test("it is never that of the file that is replaced", () => {
  fc.assert(
    fc.property(sha256, (hash) => {
      const time = modificationTimeForWrite(hash);
      expect(modificationTimeForWrite(hash, time)).not.toEqual(time);
    }),
  );
});

test("a time of the last two seconds, or ahead of our clock, is no proof; any older one is", () => {
  const ago = (milliseconds: number) => new Date(Date.now() - milliseconds);
  fc.assert(fc.property(fc.integer({ min: -1e12, max: 1_500 }), (young) => !isSettled(ago(young))));
  fc.assert(fc.property(fc.integer({ min: 2_001, max: 1e12 }), (old) => isSettled(ago(old))));
});
