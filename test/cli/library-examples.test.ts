import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { settingsFor, startCommandWorld, type CommandWorld } from "./command-world";

const root = resolve(__dirname, "..", "..");
let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
  cpSync(join(root, "examples", "library"), world.directory, { recursive: true });
  mkdirSync(join(world.directory, "node_modules"));
  symlinkSync(root, join(world.directory, "node_modules", "pulumi-vsphere-guest"), "dir");
});
afterAll(() => world.stop());

/** Runs a program of examples/library as its README says. */
async function program(name: string, ...args: string[]) {
  const env = { ...process.env, ...settingsFor(world.simulator) };
  return promisify(execFile)(process.execPath, [`${name}.mjs`, ...args], { cwd: world.directory, env });
}

test("the four Java samples of the note, as programs of the library", async () => {
  const made = (await program("create-temporary-file", "vm-1")).stdout.trim();
  expect([made, statSync(world.at(made)).size]).toEqual([expect.stringMatching(/sample-.*\.tmp$/), 0]);
  writeFileSync(join(world.directory, "app.conf"), "listen = 8080\n");
  await program("upload-guest-file", "vm-1", "app.conf", "/srv/app.conf");
  await expect(program("upload-guest-file", "vm-1", "app.conf", "/srv/app.conf")).rejects.toThrow(/PATH_EXISTS/);
  await program("upload-guest-file", "vm-1", "app.conf", "/srv/app.conf", "overwrite");
  await program("download-guest-file", "vm-1", "/srv/app.conf", "back.conf");
  expect(readFileSync(join(world.directory, "back.conf"), "utf8")).toBe("listen = 8080\n");
  await expect(program("run-program", "vm-1", "out.txt", "/bin/sh", "-c", "echo said; exit 4")).rejects.toMatchObject({
    code: 4,
  });
  expect(readFileSync(join(world.directory, "out.txt"), "utf8")).toBe("said\n");
});
