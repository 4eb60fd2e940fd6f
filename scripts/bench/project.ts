import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { createPulumiProject, packageRoot, simulatorConfig, type PulumiProject } from "../pulumi-project";

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
export function configFor(server: string, certificate: string): ConfigMap {
  return simulatorConfig({ server, certificate }, simulatedLogin);
}

/** A throwaway Pulumi project with this JavaScript program; `files` are further ones beside it. */
export function createBenchProject(
  program: string,
  config: ConfigMap,
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
