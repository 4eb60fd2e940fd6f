import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as tar from "tar";
import { guestDirectory } from "../../provider/resources";
import { SimulatedLifecycle } from "./simulated-lifecycle";

let lifecycle: SimulatedLifecycle;
let source: string;
const root = () => lifecycle.simulator.vm("vm-1").root;
const inGuest = (path: string) => join(root(), "srv/site", path);
const declared = (more: object = {}) => ({ vm: "vm-1", path: "/srv/site", source, ...more });

beforeEach(async () => {
  lifecycle = await SimulatedLifecycle.start();
  source = mkdtempSync(join(tmpdir(), "source-"));
  fill({
    "index.html": "<p>hi</p>",
    "css/a.css": "a{}",
    "css/b.css": "b{}",
    "deep/er/x y 'z'.txt": "x",
    "empty.txt": "",
  });
});
afterEach(async () => {
  rmSync(source, { recursive: true });
  await lifecycle.stop();
});

function fill(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
}

const tree = (directory: string) => (readdirSync(directory, { recursive: true }) as string[]).sort();

test("a tree is brought in few requests, left alone, and taken away", async () => {
  lifecycle.simulator.clearCalls();
  const made = await lifecycle.create(guestDirectory, declared({ fileMode: "0640" }));
  expect(tree(inGuest(""))).toEqual(tree(source));
  expect(readFileSync(inGuest("deep/er/x y 'z'.txt"), "utf8")).toBe("x");
  expect(statSync(inGuest("css/a.css")).mode & 0o7777).toBe(0o640);
  expect(statSync(inGuest("css")).mode & 0o7777).toBe(0o755);
  expect(lifecycle.simulator.calls.length).toBeLessThan(30);
  expect(readdirSync(join(root(), "srv"))).toEqual(["site"]);
  expect(await lifecycle.differences(guestDirectory, made, declared({ fileMode: "0640" }))).toEqual([]);
  await lifecycle.remove(guestDirectory, made);
  expect(existsSync(inGuest(""))).toBe(false);
});

test("drift is told path by path and only that is put right", async () => {
  const made = await lifecycle.create(guestDirectory, declared());
  writeFileSync(inGuest("css/a.css"), "z{}");
  rmSync(inGuest("index.html"));
  writeFileSync(inGuest("foreign.txt"), "left alone");
  utimesSync(inGuest("css/b.css"), 1, 1);
  const before = statSync(inGuest("empty.txt")).ino;
  expect(await lifecycle.differences(guestDirectory, made, declared())).toEqual([
    "css/a.css: content differs, 3 bytes",
    "index.html: absent in the guest",
  ]);
  const repaired = await lifecycle.update(guestDirectory, made, declared());
  expect(readFileSync(inGuest("css/a.css"), "utf8")).toBe("a{}");
  expect(readFileSync(inGuest("foreign.txt"), "utf8")).toBe("left alone");
  expect(statSync(inGuest("empty.txt")).ino).toBe(before);
  expect(await lifecycle.differences(guestDirectory, repaired, declared())).toEqual([]);
  await expect(lifecycle.remove(guestDirectory, repaired)).rejects.toThrow("foreign.txt");
  expect(existsSync(inGuest("index.html"))).toBe(true);
});

test("what leaves the source leaves the guest; purge removes the rest but for what is excluded", async () => {
  const made = await lifecycle.create(guestDirectory, declared());
  rmSync(join(source, "css"), { recursive: true });
  writeFileSync(inGuest("app.log"), "log");
  writeFileSync(inGuest("stray"), "stray");
  const updated = await lifecycle.update(guestDirectory, made, declared());
  expect(existsSync(inGuest("css"))).toBe(false);
  expect(existsSync(inGuest("stray"))).toBe(true);

  const purging = declared({ purge: true, exclude: ["*.log"] });
  expect(await lifecycle.differences(guestDirectory, updated, purging)).toContain(
    "stray: is not in source; it will be removed",
  );
  await lifecycle.update(guestDirectory, updated, purging);
  expect(existsSync(inGuest("stray"))).toBe(false);
  expect(existsSync(inGuest("app.log"))).toBe(true);
});

test("a link in the tree's place is never followed out of it", async () => {
  mkdirSync(join(root(), "srv/site"));
  mkdirSync(join(root(), "srv/outside"));
  writeFileSync(join(root(), "srv/outside/a.css"), "untouched");
  symlinkSync("/srv/outside", inGuest("css"));
  const made = await lifecycle.create(guestDirectory, declared());
  expect(readFileSync(join(root(), "srv/outside/a.css"), "utf8")).toBe("untouched");
  expect(lstatSync(inGuest("css")).isDirectory()).toBe(true);
  expect(await lifecycle.differences(guestDirectory, made, declared())).toEqual([]);
});

test("an archive is a source as well", async () => {
  const archive = join(source, "..", `archive-${process.pid}.tar.gz`);
  await tar.c({ cwd: source, file: archive, gzip: true }, ["."]);
  try {
    const made = await lifecycle.create(guestDirectory, declared({ source: archive }));
    expect(tree(inGuest(""))).toEqual(tree(source));
    expect(await lifecycle.differences(guestDirectory, made, declared({ source: archive }))).toEqual([]);
  } finally {
    rmSync(archive);
  }
});
