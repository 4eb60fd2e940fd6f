import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const project = resolve(__dirname, "../..");

/**
 * The rooms of provider/, from the lowest up (CONTRIBUTING.md tells what each is for). A file belongs to the room with the
 * longest path that it lies in; it imports from its own room and from those above it in this list. A single file that
 * others keep to, such as a contract, is a room of its own. Rooms on one line do not know each other.
 */
const rooms: readonly (readonly string[])[] = [
  ["errors", "values"],
  ["operation"],
  ["soap"],
  ["soap/interceptors"],
  ["vim"],
  ["vim/guest-operations"],
  ["vcenter/machine.ts"],
  ["vcenter"],
  ["vcenter/inventory"],
  ["guest/guest.ts"],
  ["guest/paths"],
  ["guest/calls"],
  ["guest/transfer/in-band"],
  ["guest/transfer"],
  ["guest/files", "guest/programs/rooms"],
  ["guest/programs"],
  ["guest/programs/posix", "guest/programs/windows"],
  ["guest/facts"],
  ["guest"],
  ["vocabulary"],
  ["resources/resource-kind.ts", "functions"],
  ["resources/prospects.ts"],
  ["resources/file-system", "resources/sources"],
  [
    "resources/guest-alias",
    "resources/guest-registry-key",
    "resources/guest-directory",
    "resources/guest-env-check",
    "resources/guest-file",
    "resources/guest-program-run",
  ],
  ["resources/machine-customization"],
  ["resources"],
  ["properties"],
  ["lifecycle/scope"],
  ["lifecycle/recorded"],
  ["lifecycle"],
  ["config"],
  ["dynamic", "plugin", "library"],
];

const level = new Map(rooms.flatMap((together, at) => together.map((room) => [room, at] as const)));

/** The room of a file, by its path below provider/ with ending. */
function roomOf(file: string): string | undefined {
  const fits = [...level.keys()].filter((room) => file === room || file.startsWith(`${room}/`));
  return fits.sort((a, b) => b.length - a.length)[0];
}

interface Import {
  readonly file: string;
  readonly target: string;
}

function importsOf(part: string): Import[] {
  const all = sourceFiles(join(project, part)).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/(?:from|import\(?|require\()\s*"([^"]+)"/g)].map(([, specifier = ""]) => ({
      file: relative(project, file),
      target: specifier.startsWith(".") ? relative(project, resolve(dirname(file), specifier)) : specifier,
    })),
  );
  // Generators hold imports of what they generate in their templates.
  return all.filter(({ target }) => !target.includes("/") || target.startsWith("@") || isSource(target));
}

function isSource(target: string): boolean {
  return ["", ".ts", "/index.ts"].some((end) => existsSync(join(project, target + end)));
}

function sourceFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(directory, name));
}

/** Imports within provider/, as paths below it. */
const inner = importsOf("provider").flatMap(({ file, target }) => {
  const found = ["", ".ts", "/index.ts"]
    .map((end) => target + end)
    .find((path) => path.endsWith(".ts") && isFile(path));
  return found?.startsWith("provider/") ? [{ from: below(file), to: below(found) }] : [];
});

function below(file: string): string {
  return file.slice("provider/".length);
}

function isFile(path: string): boolean {
  return existsSync(join(project, path));
}

test("each file of provider/ lies in a room, and each room has files", () => {
  const files = sourceFiles(join(project, "provider")).map((file) => below(relative(project, file)));
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  expect([...level.keys()].filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
});

test("each kind is a room of its own", () => {
  const folders = readdirSync(join(project, "provider/resources"), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  expect(folders.map(({ name }) => `resources/${name}`).filter((folder) => !level.has(folder))).toEqual([]);
});

test("no room imports from one above it or beside it", () => {
  const wrong = inner.filter(({ from, to }) => {
    const [own = "", other = ""] = [roomOf(from), roomOf(to)];
    return own !== other && (level.get(other) ?? Infinity) >= (level.get(own) ?? -1);
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("no two files of provider/ need each other, by whatever way round", () => {
  const targets = groupBy(inner, ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const follow = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" -> "));
    if (way.includes(file) || done.has(file)) return;
    for (const { to } of targets.get(file) ?? []) follow(to, [...way, file]);
    done.add(file);
  };
  for (const { from } of inner) follow(from, []);
  expect(circles).toEqual([]);
});

test("no folder of provider/ holds more than 15 files", () => {
  const folders = groupBy(sourceFiles(join(project, "provider")), (file) => relative(project, dirname(file)));
  expect([...folders].filter(([, files]) => files.length > 15).map(([folder]) => folder)).toEqual([]);
});

test("provider/ imports nothing of the project's other parts", () => {
  const parts = /^(simulator|test|cli|sdk|scripts|examples)(\/|$)/;
  expect(importsOf("provider").filter(({ target }) => parts.test(target))).toEqual([]);
});

test("the SDK does not know the simulator", () => {
  expect(importsOf("sdk/nodejs").filter(({ target }) => target.startsWith("simulator"))).toEqual([]);
});

test("only soap sees XML and HTTP of the vSphere API; only transfers speak HTTP beside it", () => {
  const users = importsOf("provider").filter(({ target }) => ["saxes", "undici"].includes(target));
  const outside = users.map(({ file }) => file).filter((file) => !file.startsWith("provider/soap/"));
  expect(
    outside.filter(
      (file) => file !== "provider/guest/transfer/http-transfer.ts" && !file.startsWith("provider/resources/"),
    ),
  ).toEqual([]);
});

test("only the native plugin sees gRPC", () => {
  const wrong = importsOf("provider").filter(
    ({ file, target }) => /^@grpc\/|proto\//.test(target) && !file.startsWith("provider/plugin/"),
  );
  expect(wrong).toEqual([]);
});

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
