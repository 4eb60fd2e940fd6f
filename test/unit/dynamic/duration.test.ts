import { durationSeconds } from "../../../provider/dynamic/duration";

test.each([
  ["90s", 90],
  ["1h30m", 5400],
  ["1.5m", 90],
  ["250ms", 0.25],
  ["10", undefined],
  ["soon", undefined],
  [undefined, undefined],
])("%s is %s seconds", (text, seconds) => expect(durationSeconds(text)).toBe(seconds));
