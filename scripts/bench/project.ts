import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPulumiProject, packageRoot, type PulumiProject } from "../pulumi-project";

const projectFile = `name: bench
runtime: nodejs
plugins:
  providers:
    - name: vsphere-guest
      path: ${join(packageRoot, "plugin")}
`;

/** The login that benches give their simulators. */
export const simulatedLogin = { password: "bench", guestPassword: "bench" } as const;

/** Provider configuration for a simulator with `simulatedLogin`. */
export function configFor(vsphereServer: string, certificate: string): Record<string, { value: string }> {
  const { password, guestPassword } = simulatedLogin;
  const secret = { secret: true };
  return {
    "vsphere-guest:vsphereServer": { value: vsphereServer },
    "vsphere-guest:user": { value: "administrator@vsphere.local" },
    "vsphere-guest:password": { value: password, ...secret },
    "vsphere-guest:caFile": { value: certificate },
    "vsphere-guest:guestUser": { value: "root" },
    "vsphere-guest:guestPassword": { value: guestPassword, ...secret },
  };
}

/** A throwaway Pulumi project with this JavaScript program; `files` are further ones beside it. */
export function createBenchProject(
  program: string,
  config: Record<string, { value: string }>,
  files: Readonly<Record<string, string>> = {},
): Promise<PulumiProject> {
  const all: Readonly<Record<string, string>> = {
    ...files,
    "Pulumi.yaml": projectFile,
    "package.json": JSON.stringify({ name: "bench", main: "index.js" }),
    "index.js": program,
  };
  return createPulumiProject({
    config,
    fill: (directory) => {
      for (const [name, content] of Object.entries(all)) writeFileSync(join(directory, name), content);
    },
  });
}

/** Wall time of one act. */
export async function secondsOf(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return (performance.now() - started) / 1000;
}
