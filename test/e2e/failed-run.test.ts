import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SimulatedProject } from "./simulated-project";

const program = `
new guest.GuestFile("file", { vm, path: "/srv/made.txt", content: "made" });
new guest.GuestProgramRun("run", { vm, script: "echo tried >> /srv/tries; test -e /srv/ready || { echo 'not ready yet' >&2; exit 4; }" });
`;

let project: SimulatedProject;
beforeAll(async () => {
  project = await SimulatedProject.start(program);
}, 120_000);
afterAll(() => project.stop());

test("after a failed run the next up goes on from there", async () => {
  const printed = await project.fails("up");
  expect(printed).toMatch(/exit code 4/);
  expect(printed).toContain("not ready yet");
  const diagnostics = printed.slice(printed.indexOf("Diagnostics:"));
  expect(diagnostics.split("ended with exit code 4")).toHaveLength(2);
  expect(existsSync(join(project.root(), "srv/made.txt"))).toBe(true);

  writeFileSync(join(project.root(), "srv/ready"), "");
  const { changed } = await project.run("up");
  expect(Object.fromEntries(changed)).toEqual({ run: "update" });
  expect(Object.fromEntries((await project.run("up")).changed)).toEqual({});
  expect(project.simulator.sessions).toBe(0);
}, 120_000);
