import type { Captured } from "../captured";

/** A language in which the program can be written. */
export interface Language {
  /** As `--language` names it. */
  readonly name: string;
  /** Files of the project by name: program, manifest, Pulumi.yaml. */
  files(captured: Captured, project: ProjectSettings): Readonly<Record<string, string>>;
  /** What has to be done before the program can run. */
  readonly preparation: (project: ProjectSettings) => readonly string[];
}

/** What the project's files say of where things are. */
export interface ProjectSettings {
  readonly name: string;
  /** The folder of the native plugin. */
  readonly pluginPath: string;
  /** The package's own folder, where it is a checkout with the other languages' SDKs. */
  readonly checkout: string | undefined;
  readonly packagePath: string;
}

/** Pulumi.yaml of a project; JSON texts are texts of YAML, too. */
export function projectFile({ name, pluginPath }: ProjectSettings, runtime: string): string {
  return `name: ${JSON.stringify(name)}
description: "Captured by vsphere-guest."
runtime: ${runtime}
plugins:
  providers:
    - name: vsphere-guest
      path: ${JSON.stringify(pluginPath)}
`;
}

/** A value as JSON with room between its parts: a text of TypeScript, Python, Go and YAML alike. */
export function json(value: string | number | boolean | readonly string[]): string {
  return Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(", ")}]` : JSON.stringify(value);
}

/** What stands above the program. */
export function heading({ vmName }: Captured): string {
  return `What was captured of the guest of ${vmName.replace(/[^\w ./:-]/g, "?")}.`;
}
