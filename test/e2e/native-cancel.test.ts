import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { SimulatedProject } from "./simulated-project";
import { startUp, textOf } from "./started-up";
import { until } from "../until";

const timeoutMs = 180_000;
const script = "echo $$ > /var/lib/started; exec sleep 98765";

test.each(["native", "dynamic"])(
  "cancelling a deploy in the middle of a long run leaves no process, file or session (%s)",
  async (door) => {
    const module = door === "native" ? "pulumi-vsphere-guest/native" : "pulumi-vsphere-guest";
    const program = `const doorway = require("${module}");\nnew doorway.GuestProgramRun("long", { vm, script: ${JSON.stringify(script)} });`;
    const project = await SimulatedProject.start(program, {}, join(packageRoot, "plugin"));
    const up = startUp(project);
    try {
      const inGuest = (path: string) => join(project.root(), path);
      await until(
        () => existsSync(inGuest("var/lib/started")),
        () => up.printed,
      );
      await until(() => sleepers() === 1);
      up.interrupt();
      // The dynamic host does not hear of the first: it hears the second, which ends its process.
      if (door === "dynamic") {
        await until(
          () => /cancel|interrupt|sent|terminat/i.test(up.printed),
          () => up.printed,
        );
        up.interrupt();
      }
      expect(await up.code).not.toBe(0);
      await until(
        () => sleepers() === 0 && project.simulator.sessions === 0,
        () => `${sleepers()} sleepers, ${project.simulator.sessions} sessions, ${up.printed}`,
      );
      expect(readdirSync(inGuest("tmp"))).toEqual([]);
    } finally {
      up.kill();
      await project.stop();
    }
  },
  timeoutMs,
);

/** Processes of this machine, guests included, that are the long run. */
function sleepers(): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => textOf(pid, "cmdline") === "sleep\u000098765\u0000").length;
}
