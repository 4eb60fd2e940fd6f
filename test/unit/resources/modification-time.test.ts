import * as fc from "fast-check";
import { isSettled, modificationTimeForWrite } from "../../../provider/resources/file-system/modification-time";

test("the time given to a written file is of whole seconds, and proof at once", () => {
  const time = modificationTimeForWrite();
  expect(time.getMilliseconds()).toBe(0);
  expect(isSettled(time)).toBe(true);
});

test("a time of the last two seconds, or ahead of our clock, is no proof; any older one is", () => {
  const ago = (milliseconds: number) => new Date(Date.now() - milliseconds);
  fc.assert(fc.property(fc.integer({ min: -1e12, max: 1_500 }), (young) => !isSettled(ago(young))));
  fc.assert(fc.property(fc.integer({ min: 2_001, max: 1e12 }), (old) => isSettled(ago(old))));
});
