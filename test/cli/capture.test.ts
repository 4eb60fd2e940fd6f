import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
  mkdirSync(world.at("/srv/app/sub"), { recursive: true });
  for (const [name, text] of Object.entries({
    "a.conf": "a\n",
    "sub/b.conf": "b\n",
    "db.conf": "password = hunter22\n",
  }))
    writeFileSync(world.at(`/srv/app/${name}`), text);
});
afterAll(() => world.stop());

const capture = (...args: string[]) => world.run(["capture", ...args, "--vm", "vm-1"]);
const written = (name: string) => readFileSync(join(world.directory, name), "utf8");

test("contents that look secret are not written unasked, only told of", async () => {
  const { code, stdout } = await capture("/srv/app", "--out", "unasked");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^left out: \/srv\/app\/db\.conf looks secret: .*password/m);
  expect(existsSync(join(world.directory, "unasked/files/srv/app/db.conf"))).toBe(false);
  expect(written("unasked/index.ts")).toContain('exclude: ["/db.conf"]');
  const config = await capture("/srv/app", "--out", "config", "--secrets", "config", "--json");
  expect(JSON.parse(config.stdout)).toMatchObject({
    directory: "config",
    resources: [
      { kind: "GuestDirectory", path: "/srv/app" },
      { kind: "GuestFile", path: "/srv/app/db.conf", inputs: { contentBase64: { secret: "srv-app-db-conf-content" } } },
    ],
    leftOut: [],
  });
  expect((await world.shell("grep -r hunter22 unasked config")).code).toBe(1);
  await capture("/srv/app", "--out", "plain", "--secrets", "plain");
  expect(written("plain/files/srv/app/db.conf")).toBe("password = hunter22\n");
});

test("what can't be captured is said, and nothing is written", async () => {
  symlinkSync("app", world.at("/srv/link"));
  mkdirSync(world.at("/srv/huge"));
  for (let number = 0; number < 40; number += 1) {
    writeFileSync(world.at(`/srv/huge/${number}`), "");
    truncateSync(world.at(`/srv/huge/${number}`), 16 * 1024 * 1024);
  }
  mkdirSync(join(world.directory, "taken"));
  writeFileSync(join(world.directory, "taken", "mine"), "");
  const rows: [string[], number, RegExp][] = [
    [["/srv/none"], 1, /\/srv\/none: nothing is there/],
    [["/srv/link"], 2, /\/srv\/link: is a symbolic link/],
    [["/root"], 2, /\/root: must not be a home directory/],
    [["/"], 2, /must not be the root/],
    [["srv/app"], 2, /"srv\/app" is no absolute path/],
    [["/srv/app", "/srv/app/a.conf"], 2, /a\.conf: is named twice, or lies in a directory/],
    [["C:\\app"], 2, /is no path there/],
    [["/srv/app", "--out", "taken"], 2, /taken: is there already/],
    [["/srv/app", "--language", "java"], 2, /--language: must be one of typescript, python, go, yaml/],
    [["/srv/huge"], 2, /are more than is captured at once/],
    [["/srv/app", "--secrets", "maybe"], 2, /--secrets: /],
  ];
  const ended = await Promise.all(rows.map(([args]) => capture("--out", "never", ...args)));
  rows.forEach(([args, code, says], at) => {
    expect([args, ended[at]?.code, ended[at]?.stderr]).toEqual([args, code, expect.stringMatching(says)]);
  });
  expect(readdirSync(world.directory).filter((name) => /never/.test(name))).toEqual([]);
});

test("large files, and what the login may not see, are left out", async () => {
  const app = { name: "app", password: "simulated", uid: 1001, gid: 1001, home: "/home/app" };
  const own = await startCommandWorld({ guestUsers: [app] });
  try {
    mkdirSync(own.at("/srv/mixed"), { recursive: true });
    writeFileSync(own.at("/srv/mixed/small"), "small");
    writeFileSync(own.at("/srv/mixed/large"), "x".repeat(2000));
    writeFileSync(own.at("/srv/mixed/closed"), "closed", { mode: 0o600 });
    const { code, stdout } = await own.run(["capture", "/srv/mixed", "--vm", "vm-1", "--max-size", "1000"], {
      env: { VSPHERE_GUEST_USER: "app" },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/left out: \/srv\/mixed\/large has 2000 bytes, more than --max-size/);
    expect(stdout).toMatch(/left out: \/srv\/mixed(\/closed|) (holds 1 more|may not be read)/);
    expect(readdirSync(join(own.directory, "captured/files/srv/mixed"))).toEqual(["small"]);
  } finally {
    await own.stop();
  }
});

test("a Windows guest: its paths, no modes", async () => {
  const own = await startCommandWorld({ vms: [{ name: "win-1", os: "windows" }] });
  try {
    writeFileSync(join(own.directory, "f"), "text\r\n");
    const onWindows = (...args: string[]) => own.run([...args, "--vm", "win-1"]);
    await onWindows("mkdir", "-p", "C:\\app\\conf");
    await onWindows("upload", "f", "C:\\app\\conf\\f.txt");
    const { code, stderr } = await onWindows("capture", "C:\\app");
    expect([code, stderr]).toEqual([0, ""]);
    const read = (name: string) => readFileSync(join(own.directory, "captured", name), "utf8");
    expect(read("files/C/app/conf/f.txt")).toBe("text\r\n");
    expect(read("index.ts")).toContain('path: "C:\\\\app",\n  source: "./files/C/app",\n});');
  } finally {
    await own.stop();
  }
});
