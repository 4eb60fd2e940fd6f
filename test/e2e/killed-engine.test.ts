import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { until } from "../until";
import { SimulatedProject } from "./simulated-project";
import { processesOf, startUp } from "./started-up";

const timeoutMs = 180_000;
const script = "echo ran >>/var/lib/runs; until [ -e /var/lib/go ]; do sleep 0.05; done; echo done";

/** Command lines of the provider's process. */
const ours: Readonly<Record<string, RegExp>> = { native: /provider.plugin.main\.js/, dynamic: /dynamic-provider/ };

test.each(["native", "dynamic"])(
  "where the CLI alone is killed, the provider ends, and the next up takes over the run (%s)",
  async (door) => {
    const module = door === "native" ? "pulumi-vsphere-guest/native" : "pulumi-vsphere-guest";
    const program = [
      `const doorway = require("${module}");`,
      `exports.out = new doorway.GuestProgramRun("long", { vm, script: ${JSON.stringify(script)} }).stdout;`,
    ].join("\n");
    const project = await SimulatedProject.start(program, {}, join(packageRoot, "plugin"));
    const up = startUp(project);
    try {
      const inGuest = (path: string) => join(project.root(), path);
      await until(
        () => existsSync(inGuest("var/lib/runs")),
        () => up.printed,
      );
      const providers = () => processesOf(project).filter(({ commandLine }) => ours[door]?.test(commandLine));
      expect(providers()).not.toEqual([]);
      up.kill();
      const killedMs = Date.now();
      await until(
        () => project.simulator.sessions === 0 && providers().length === 0,
        () => `${project.simulator.sessions} sessions, ${JSON.stringify(processesOf(project))}`,
      );
      expect(Date.now() - killedMs).toBeLessThan(10_000);
      writeFileSync(inGuest("var/lib/go"), "");
      // The killed one still holds the lock of the stack.
      await project.project.stack.cancel();
      await project.run("up");
      expect((await project.project.stack.outputs()).out?.value).toBe("done");
      expect(readFileSync(inGuest("var/lib/runs"), "utf8")).toBe("ran\n");
      expect(readdirSync(inGuest("tmp"))).toEqual([]);
    } finally {
      up.kill();
      // The language host outlives a killed CLI by minutes.
      for (const { pid } of processesOf(project)) process.kill(Number(pid), "SIGKILL");
      await project.stop();
    }
  },
  timeoutMs,
);
