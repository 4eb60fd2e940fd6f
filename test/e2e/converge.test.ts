import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { SimulatedProject } from "./simulated-project";

const program = (level: string) => `
const directory = new guest.GuestDirectory("directory", { vm, path: "/etc/app", mode: "0750" });
const file = new guest.GuestFile("file", { vm, path: "/etc/app/app.conf", content: "level = ${level}\\n", mode: "0640" }, { dependsOn: directory });
const run = new guest.GuestProgramRun("run", { vm, script: "cat /etc/app/app.conf", triggers: [file.sha256, file.sizeBytes] });
new guest.GuestEnvCheck("check", { vm, variables: { HOME: "/root" }, guestFamily: "linuxGuest" });
exports.said = run.stdout;
`;

let project: SimulatedProject;
const changes = (changed: ReadonlyMap<string, string>) => Object.fromEntries(changed);

beforeAll(async () => {
  project = await SimulatedProject.start(program("info"));
}, 120_000);
afterAll(() => project.stop());

test("up makes what is declared", async () => {
  const { changed } = await project.run("up");
  expect(changes(changed)).toEqual({ directory: "create", file: "create", run: "create", check: "create" });
  expect(readFileSync(join(project.root(), "etc/app/app.conf"), "utf8")).toBe("level = info\n");
  expect(statSync(join(project.root(), "etc/app/app.conf")).mode & 0o7777).toBe(0o640);
  expect((await project.project.stack.outputs())["said"]?.value).toBe("level = info");
}, 120_000);

test("a second up changes nothing", async () => {
  const { changed, same } = await project.run("up");
  expect(changes(changed)).toEqual({});
  expect(same).toBe(4);
}, 120_000);

test("drift shows in a plain preview and is repaired by a plain up, without rippling", async () => {
  appendFileSync(join(project.root(), "etc/app/app.conf"), "debug = true\n");
  const preview = await project.run("preview");
  expect(changes(preview.changed)).toEqual({ file: "update" });
  expect(preview.printed).toMatch(/app\.conf.*content differs/);
  expect(preview.printed).toContain("-debug = true");
  expect(changes((await project.run("up")).changed)).toEqual({ file: "update" });
  expect(readFileSync(join(project.root(), "etc/app/app.conf"), "utf8")).toBe("level = info\n");
}, 120_000);

test("a removed directory comes back with what is declared in it", async () => {
  rmSync(join(project.root(), "etc/app"), { recursive: true });
  const { printed, changed } = await project.run("preview");
  expect(changes(changed)).toEqual({ directory: "update", file: "update" });
  expect(printed).toMatch(/\/etc\/app: absent in the guest/);
  expect(changes((await project.run("up")).changed)).toEqual({ directory: "update", file: "update" });
  expect(existsSync(join(project.root(), "etc/app/app.conf"))).toBe(true);
  expect(changes((await project.run("preview")).changed)).toEqual({});
}, 120_000);

test("a changed declaration is an update in place, and its trigger runs", async () => {
  project.edit(program("debug"));
  expect(changes((await project.run("up")).changed)).toEqual({ file: "update", run: "update" });
  expect((await project.project.stack.outputs())["said"]?.value).toBe("level = debug");
}, 120_000);

test("destroy removes what was made", async () => {
  await project.run("destroy");
  expect(existsSync(join(project.root(), "etc/app"))).toBe(false);
  expect(project.simulator.sessions).toBe(0);
}, 120_000);
