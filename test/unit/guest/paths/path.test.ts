import { followed, isRoot, joinPath, parentOf, splitPath } from "../../../../provider/guest/paths/path";

test.each([
  ["/etc/hosts", "posix", "/etc", "hosts"],
  ["/etc", "posix", "/", "etc"],
  ["/etc/app/", "posix", "/etc", "app"],
  ["/", "posix", "/", "."],
  ["/a\\b", "posix", "/", "a\\b"],
  ["C:\\a\\b.txt", "windows", "C:\\a", "b.txt"],
  ["C:\\a", "windows", "C:\\", "a"],
  ["C:/a/b", "windows", "C:/a", "b"],
  ["C:\\", "windows", "C:\\", "."],
  ["C:", "windows", "C:\\", "."],
  ["C:\\a", "posix", ".", "C:\\a"],
] as const)("%s in a %s guest is cut into its directory and name", (path, family, directory, name) => {
  expect(splitPath(path, family)).toEqual({ directory, name });
});

test.each([
  ["/", "etc", "posix", "/etc"],
  ["/etc", "hosts", "posix", "/etc/hosts"],
  ["/a\\", "b", "posix", "/a\\/b"],
  ["C:\\", "a", "windows", "C:\\a"],
  ["C:\\a", "b", "windows", "C:\\a\\b"],
  ["C:/a", "b", "windows", "C:/a/b"],
] as const)("%s and %s are joined as a %s guest writes paths", (directory, name, family, path) => {
  expect(joinPath(directory, name, family)).toBe(path);
});

test("a directory is named so that a link to it is followed", () => {
  expect(followed("/var/run", "posix")).toBe("/var/run/.");
  expect(followed("C:\\", "windows")).toBe("C:\\.");
});

test.each([
  ["/srv/we\\ird/x", "posix", ["/srv/we\\ird", "/srv", "/"]],
  ["C:\\a\\b/c", "windows", ["C:\\a\\b", "C:\\a", "C:\\"]],
] as const)("the directories above %s in a %s guest lead to its root", (path, family, above) => {
  const found: string[] = [];
  for (let at: string = path; !isRoot(at); found.push(at)) at = parentOf(at, family);
  expect(found).toEqual(above);
});
