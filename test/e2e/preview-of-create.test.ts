import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { SimulatedProject } from "./simulated-project";

/** The same through both doors. What was there before lies at /srv/<door>. */
const program = (more: string) => `
const native = require("pulumi-vsphere-guest/native");
for (const [door, doorway] of [["dynamic", guest], ["native", native]]) {
  const file = new doorway.GuestFile(door + " file", { vm, path: "/srv/" + door, content: "new " + door + "\\n" });
  const tool = new doorway.GuestFile(door + " tool", { vm, path: "/opt/" + door + "/tool", content: "#!/bin/sh\\n", mode: "0755", createParents: true });
  new doorway.GuestProgramRun(door + " run", { vm, program: "/opt/" + door + "/tool" }, { dependsOn: tool });
  new doorway.GuestEnvCheck(door + " check", { vm, paths: { ["/opt/" + door + "/tool"]: "present" } }, { dependsOn: tool });
}
${more}
`;
const timeoutMs = 240_000;

let project: SimulatedProject;
beforeAll(async () => {
  project = await SimulatedProject.start(program(""), {}, join(packageRoot, "plugin"));
  for (const door of ["dynamic", "native"]) writeFileSync(join(project.root(), "srv", door), `old ${door}\n`);
}, timeoutMs);
afterAll(() => project.stop());

test(
  "the preview of a first up shows what it overwrites and misses nothing that it makes itself; up keeps to it in silence",
  async () => {
    const { stack, directory } = project.project;
    const plan = join(directory, "plan.json");
    const { stdout: preview } = await stack.preview({ plan, color: "never" });
    for (const door of ["dynamic", "native"]) {
      expect(preview).toContain(`/srv/${door}: is there already; it is adopted and changed`);
      expect(preview).toContain(`-old ${door}`);
      expect(readFileSync(join(project.root(), "srv", door), "utf8")).toBe(`old ${door}\n`);
    }
    expect(preview).not.toMatch(/is not there|not met|As things are now|__preview/);
    const { stdout: up } = await stack.up({ plan, color: "never" });
    expect(up).not.toMatch(/is there already|warning/);
    expect(readFileSync(join(project.root(), "srv", "dynamic"), "utf8")).toBe("new dynamic\n");
    expect(JSON.stringify((await stack.exportStack()).deployment)).not.toContain("__preview");
    expect((await project.run("preview")).changed.size).toBe(0);
  },
  timeoutMs,
);

test(
  "the preview of an import shows what its new content overwrites",
  async () => {
    writeFileSync(join(project.root(), "srv", "imported"), "of the user's\n");
    const id = `${project.simulator.vm("vm-1").instanceUuid}:/srv/imported`;
    project.edit(
      program(
        `new native.GuestFile("imported", { vm, path: "/srv/imported", content: "new\\n" }, { import: ${JSON.stringify(id)} });`,
      ),
    );
    const { printed } = await project.run("preview");
    expect(printed).toContain("/srv/imported: content differs in the guest");
    expect(printed).toContain("-of the user's");
    await project.run("up");
    expect(readFileSync(join(project.root(), "srv", "imported"), "utf8")).toBe("new\n");
  },
  timeoutMs,
);

test(
  "a check that depends on what the same up repairs is not said to fail",
  async () => {
    for (const door of ["dynamic", "native"]) rmSync(join(project.root(), "opt", door, "tool"));
    const { printed } = await project.run("preview");
    for (const door of ["dynamic", "native"]) {
      expect(printed).toContain(`not met now: /opt/${door}/tool: is absent, expected to be there; up looks again`);
    }
    expect(printed).not.toMatch(/fails/);
    const { changed } = await project.run("up");
    expect(Object.fromEntries(changed)).toEqual({ "dynamic tool": "update", "native tool": "update" });
  },
  timeoutMs,
);
