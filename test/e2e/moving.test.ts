import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SimulatedProject } from "./simulated-project";
import { packageRoot } from "../../scripts/pulumi-project";

/** The whole difference between the two doors: one line. */
const program = (door: string) => `
const doorway = require("${door}");
const directory = new doorway.GuestDirectory("directory", { vm, path: "/etc/app", mode: "0750" });
const file = new doorway.GuestFile("file", { vm, path: "/etc/app/app.conf", content: pulumi.secret("level = info\\n"), mode: "0640" }, { dependsOn: directory });
new doorway.GuestProgramRun("run", { vm, script: "echo run >> /var/lib/runs", triggers: [file.sha256] });
new doorway.GuestEnvCheck("check", { vm, variables: { HOME: "/root" } });
`;
const dynamic = "pulumi-vsphere-guest";
const native = "pulumi-vsphere-guest/native";
const timeoutMs = 240_000;

let project: SimulatedProject;
beforeAll(async () => {
  project = await SimulatedProject.start(program(dynamic), {}, join(packageRoot, "plugin"));
  await project.run("up");
}, timeoutMs);
afterAll(() => project.stop());

function traces() {
  const { ino, mtimeMs } = statSync(join(project.root(), "etc/app/app.conf"));
  return { ino, mtimeMs, runs: readFileSync(join(project.root(), "var/lib/runs"), "utf8") };
}

test.each([
  ["dynamic", "native", native],
  ["native", "dynamic", dynamic],
])(
  "a stack moves from %s to %s without replacing, writing or running anything",
  async (_from, _to, door) => {
    const before = traces();
    project.edit(program(door));
    const { changed } = await project.run("up");
    const replaced = [...changed.values()].filter((op) => /replace|create|delete/.test(op));
    expect(replaced).toEqual([]);
    expect(traces()).toEqual(before);
    const types = await resourceTypes();
    expect(types).toHaveLength(4);
    expect(types.every((type) => type.startsWith("vsphere-guest:index:") === (door === native))).toBe(true);
    expect(Object.fromEntries((await project.run("up")).changed)).toEqual({});
  },
  timeoutMs,
);

test(
  "after the move, destroy removes what was made before it",
  async () => {
    project.edit(program(native));
    await project.run("up");
    await project.run("destroy");
    expect(() => statSync(join(project.root(), "etc/app"))).toThrow();
    expect(project.simulator.sessions).toBe(0);
  },
  timeoutMs,
);

async function resourceTypes(): Promise<string[]> {
  const { deployment } = await project.project.stack.exportStack();
  const { resources } = deployment as { resources: { type: string }[] };
  return resources
    .map(({ type }) => type)
    .filter((type) => type.includes("vsphere-guest:") && !type.startsWith("pulumi:"));
}
