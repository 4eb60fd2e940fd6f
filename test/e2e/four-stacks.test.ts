import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { startSimulator } from "../../simulator";
import { secrets, SimulatedProject } from "./simulated-project";

const timeoutMs = 300_000;

const program = (door: string, number: number) => `
const door = require("${door}");
const directory = new door.GuestDirectory("directory", { vm, path: "/srv/shared/four", createParents: true });
const file = new door.GuestFile("file", { vm, path: "/srv/shared/four/${number}", content: "${number}" }, { dependsOn: directory });
new door.GuestProgramRun("run", { vm, script: "cat /srv/shared/four/${number}", triggers: [file.sha256] });
`;

test.each([
  ["dynamic", "pulumi-vsphere-guest"],
  ["native", "pulumi-vsphere-guest/native"],
])(
  "four stacks at once, of one process, make what they share and leave nothing behind (%s)",
  async (_name, door) => {
    const simulator = await startSimulator({
      vms: 1,
      hosts: 1,
      password: secrets.vcenter,
      guestPassword: secrets.guest,
    });
    const numbers = [1, 2, 3, 4];
    const plugin = join(packageRoot, "plugin");
    const projects = await Promise.all(
      numbers.map((one) => SimulatedProject.on(simulator, program(door, one), plugin)),
    );
    try {
      const shared = join(projects[0]?.root() ?? "", "srv", "shared");
      await Promise.all(projects.map((one) => one.run("up")));
      expect(readdirSync(join(shared, "four")).sort()).toEqual(numbers.map(String));
      const again = await Promise.all(projects.map((one) => one.run("preview")));
      expect(again.map(({ changed }) => [...changed.keys()])).toEqual([[], [], [], []]);
      for (const one of projects) await one.run("destroy").catch(() => undefined);
      expect(existsSync(join(shared, "four", "1"))).toBe(false);
      expect(simulator.sessions).toBe(0);
    } finally {
      for (const one of projects) one.project.remove();
      await simulator.stop();
    }
  },
  timeoutMs,
);
