import { normalPath, pathKey, relativeKey } from "../../../../provider/guest/paths/normal-path";

test.each([
  ["/srv/f", "/srv/f"],
  ["/srv//f", "/srv/f"],
  ["/srv/./f/", "/srv/f"],
  ["//srv/f/.", "/srv/f"],
  ["/", "/"],
  ["/srv/we\\ird", "/srv/we\\ird"],
  ["C:\\App\\f", "C:\\App\\f"],
  ["c:/App//f", "C:\\App\\f"],
  ["C:\\App\\.\\f\\", "C:\\App\\f"],
  ["c:/", "C:\\"],
  ["C:", "C:\\"],
])("the one notation of %s is %s", (path, normal) => {
  expect(normalPath(path)).toBe(normal);
  expect(normalPath(normal)).toBe(normal);
});

test("Windows takes names of any case for the same, POSIX does not", () => {
  expect(pathKey("C:\\App\\F")).toBe(pathKey("c:/app/f"));
  expect(pathKey("/App/F")).not.toBe(pathKey("/app/f"));
});

test("what is below a directory is told relative to it", () => {
  expect(relativeKey("/srv/app", "/srv/app/a/b")).toBe("a/b");
  expect(relativeKey("/", "/srv")).toBe("srv");
  expect(relativeKey("/srv/app", "/srv/app")).toBeUndefined();
  expect(relativeKey("/srv/app", "/srv/apple")).toBeUndefined();
  expect(relativeKey(pathKey("C:\\App"), pathKey("C:\\App\\a\\b"))).toBe("a/b");
});
