import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulator, type Simulator } from "../../simulator";
import { ExampleProject } from "./example-project";

const timeoutMs = 240_000;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ vms: 2, hosts: 1 });
}, timeoutMs);
afterAll(async () => {
  expect(simulator.sessions).toBe(0);
  await simulator.stop();
});

async function withExample(
  name: string,
  config: Readonly<Record<string, string>>,
  use: (project: ExampleProject) => Promise<void>,
): Promise<void> {
  const project = await ExampleProject.start(name, simulator, config);
  try {
    await use(project);
  } finally {
    await project.run("destroy").finally(() => project.remove());
  }
}

test(
  "import takes over a file and keeps its content",
  async () => {
    const motd = join(simulator.vm("vm-1").root, "etc/motd");
    writeFileSync(motd, "welcome\n");
    await withExample("import", { vm: simulator.vm("vm-1").path }, async (project) => {
      expect(Object.fromEntries((await project.run("up")).changed)).toEqual({ motd: "import" });
      expect(readFileSync(motd, "utf8")).toBe("welcome\n");
      expect(Object.fromEntries((await project.run("up")).changed)).toEqual({});
    });
    expect(existsSync(motd)).toBe(true);
  },
  timeoutMs,
);

test(
  "many-vms puts the same file into all machines, and follows the inventory",
  async () => {
    await withExample("many-vms", { pattern: "vm-*" }, async (project) => {
      const { changed } = await project.run("up");
      expect(Object.fromEntries(changed)).toEqual({ "vm-1-role": "create", "vm-2-role": "create" });
      for (const { name, root } of simulator.vms) {
        expect(readFileSync(join(root, "etc/role"), "utf8")).toBe(`managed by Pulumi on ${name}\n`);
      }
      await project.project.stack.setConfig("pattern", { value: "vm-2" });
      expect(Object.fromEntries((await project.run("up")).changed)).toEqual({ "vm-1-role": "delete" });
    });
  },
  timeoutMs,
);
