import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { startSimulator, type Simulator } from "../../simulator";
import { secrets, SimulatedProject } from "./simulated-project";

const otherUuid = "bbbbbbbb-0000-4000-8000-000000000002";

const program = (door: string) => `
const doorway = require("${door}");
new doorway.GuestFile("file", { vm, path: "/srv/file", content: "x" });
new doorway.GuestProgramRun("run", { vm, script: "true", delete: "echo deleted > /srv/deleted" });
`;

test.each(["pulumi-vsphere-guest", "pulumi-vsphere-guest/native"])(
  "%s: with another server connected nothing is dropped, and with another notation of it nothing is replaced",
  async (door) => {
    const project = await SimulatedProject.start(program(door), {}, join(packageRoot, "plugin"));
    let there: Simulator | undefined;
    try {
      const { stack } = project.project;
      // By the environment alone: what the stack's configuration says would be recorded with the native provider.
      const connectTo = ({ certificate }: Simulator, server: string) => {
        stack.workspace.envVars = { ...stack.workspace.envVars, VSPHERE_SERVER: server, VSPHERE_CA_FILE: certificate };
      };
      for (const name of ["vsphereServer", "caFile"]) await stack.removeConfig(`vsphere-guest:${name}`);
      connectTo(project.simulator, project.simulator.server);
      await project.run("up");
      const vms = [{ name: "vm-1", instanceUuid: "cccccccc-0000-4000-8000-000000000003" }];
      const login = { password: secrets.vcenter, guestPassword: secrets.guest };
      there = await startSimulator({ hosts: 1, serverUuid: otherUuid, vms, ...login });
      connectTo(there, there.server);
      const both = new RegExp(`${project.simulator.server}.*${there.server}`);
      expect(await project.fails("preview")).toMatch(both);
      const refreshed = await stack.refresh({ onOutput: () => {} }).catch((error: unknown) => String(error));
      expect(refreshed).toMatch(both);
      expect(await project.fails("destroy")).toMatch(both);
      const { deployment } = await stack.exportStack();
      const types = (deployment as { resources: { type: string }[] }).resources.map(({ type }) => type);
      expect(types.filter((type) => /GuestFile|GuestProgramRun/.test(type))).toHaveLength(2);

      connectTo(project.simulator, `https://${project.simulator.server}/sdk`);
      expect(Object.fromEntries((await project.run("up")).changed)).toEqual({});
      await project.run("destroy");
      expect(existsSync(join(project.root(), "srv/file"))).toBe(false);
      expect(existsSync(join(project.root(), "srv/deleted"))).toBe(true);
    } finally {
      await project.stop();
      await there?.stop();
    }
  },
  240_000,
);
