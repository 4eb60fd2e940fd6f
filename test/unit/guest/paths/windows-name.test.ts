import { windowsPathFault } from "../../../../provider/guest/paths/windows-name";

test.each([
  ["C:\\App\\app.ini", undefined],
  ["C:\\", undefined],
  ["c:/App/./a b/.hidden", undefined],
  ["C:\\console\\comet.txt", undefined],
  ["/srv/a:b?.", undefined],
  ["C:\\App\\a:b", "holds :"],
  ["C:\\App\\q?.txt", "holds ?"],
  ["C:\\App\\data.", "ends with a dot or a blank"],
  ["C:\\App \\data", "ends with a dot or a blank"],
  ["C:\\App\\nul", "is a device"],
  ["C:\\App\\Con.txt", "is a device"],
  ["C:\\lpt1", "is a device"],
])("what keeps Windows from having %s: %s", (path, fault) => {
  if (fault === undefined) expect(windowsPathFault(path)).toBeUndefined();
  else expect(windowsPathFault(path)).toContain(fault);
});
