import { lineDiff } from "../../provider/resources/guest-file/content-drift";

test("a difference of many thousand lines is told by their number, within a bounded number of steps", () => {
  const lines = (letter: string) => `${letter}\n`.repeat(8_000);
  expect(lineDiff(lines("a"), lines("b"))).toBe(
    "    more than 1000 lines differ: 8001 lines in the guest, 8001 wanted",
  );
  expect(lineDiff(`${lines("a")}x\n`, `${lines("a")}y\n`)).toContain("-x\n    +y");
});
