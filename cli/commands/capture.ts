import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { printableName } from "../../provider/values/printable";
import { capture } from "../capture/capture";
import { secretsOf, type Captured } from "../capture/captured";
import { languages } from "../capture/languages";
import type { Language, ProjectSettings } from "../capture/languages/language";
import { contentPath, importFile, requireNew, writeProject } from "../capture/project";
import type { LeftOut } from "../capture/survey";
import { usage } from "../output/usage-error";
import { guestLogin, namedMachines } from "../session/connect";
import { guestFlagsSchema, withGuests } from "../session/flags";
import { print, withVSphere, workOptions } from "../session/machines";
import { read } from "../session/read-flags";
import { examples } from "./verb";

const largestFileBytes = 16 * 1024 * 1024;
const captureFlags = guestFlagsSchema.extend({
  out: z.string().default("captured"),
  language: z.string().default("typescript").transform(languageNamed),
  secrets: z.enum(["config", "omit", "plain", "ask"]).default("ask"),
  maxSize: z.coerce.number().int().positive().default(largestFileBytes),
});

/** `capture`: a program that declares what is in a guest already, and what imports it. */
export function captureCommand(): Command {
  const command = withGuests(new Command("capture"))
    .description(
      "Bring files and directories that are there under management: write a Pulumi program that declares them as they are, " +
        "with their contents beside it, and the file for `pulumi import --file`",
    )
    .argument("<path...>", "absolute paths of files and directories; a directory with all that is in it")
    .option("--out <directory>", "new directory for the project (default: captured)")
    .option("--language <name>", `${[...languages.keys()].join(", ")} (default: typescript)`)
    .option(
      "--secrets <what>",
      "contents that look secret: config (a secret of the stack's configuration), omit, plain, ask (default; without a terminal: omit)",
    )
    .option("--max-size <bytes>", "files of more are left out (default: 16777216)")
    .action(async (paths: string[], options: unknown) => {
      const flags = read(captureFlags, options);
      const [name = "", ...others] = namedMachines(flags);
      if (others.length > 0) throw usage("Give one machine.");
      const { language } = flags;
      requireNew(flags.out);
      const login = await guestLogin(flags);
      await withVSphere(flags, async (vsphere) => {
        const vm = vsphere.vm(name, login);
        const work = workOptions(flags);
        if (flags.wait) await vm.waitUntilReady(work);
        const choices = { secrets: flags.secrets, largestFileBytes: flags.maxSize };
        const { captured, beside, leftOut } = await capture(vm, paths, choices, work);
        const settings = projectSettings(captured.vmName);
        await writeProject(
          flags.out,
          new Map<string, string | Buffer>([
            ...Object.entries(language.files(captured, settings)),
            ["import.json", importFile(captured)],
            ...beside.map(({ file, bytes }) => [contentPath(file.path), bytes] as const),
          ]),
        );
        if (flags.json) print({ directory: flags.out, resources: captured.resources, leftOut });
        else process.stdout.write(told(flags.out, captured, leftOut, { language, settings, vm: name }));
      });
    });
  return examples(command, "capture /srv/app /etc/hosts --vm web-1 --out web-1");
}

function projectSettings(vmName: string): ProjectSettings {
  const packagePath = dirname(require.resolve("pulumi-vsphere-guest/package.json"));
  const hasSdks = existsSync(join(packagePath, "sdk", "go"));
  const name =
    vmName
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .toLowerCase() || "guest";
  return {
    name: `${name}-captured`,
    pluginPath: join(packagePath, "plugin"),
    checkout: hasSdks ? packagePath : undefined,
    packagePath,
  };
}

function languageNamed(name: string, context: z.RefinementCtx): Language {
  const language = languages.get(name);
  if (language !== undefined) return language;
  context.addIssue({ code: "custom", message: `must be one of ${[...languages.keys()].join(", ")}` });
  return z.NEVER;
}

/** What was written, what was left out, and what comes next. */
function told(
  out: string,
  captured: Captured,
  leftOut: readonly LeftOut[],
  { language, settings, vm }: { readonly language: Language; readonly settings: ProjectSettings; readonly vm: string },
): string {
  const secrets = secretsOf(captured);
  const lines = [
    `${out}: ${captured.resources.length} resources in ${language.name}`,
    ...captured.resources.map(({ kind, path }) => `  ${kind} ${printableName(path)}`),
    ...leftOut.map(({ path, why }) => `left out: ${printableName(path)} ${why}`),
    ...(leftOut.some(({ isSecret }) => isSecret === true)
      ? ["Give --secrets config to have those that look secret."]
      : []),
    "",
    "Next, in that directory, with the logins of vCenter and guest in VSPHERE_* or `pulumi config` (vsphere-guest:…):",
    ...language.preparation(settings),
    "pulumi stack init dev",
    ...secrets.map(
      ({ key, path }) =>
        `vsphere-guest cat ${quoted(path)} --vm ${quoted(vm)} | base64 | tr -d '\\n' | pulumi config set --secret ${key}`,
    ),
    "pulumi import --file import.json --protect=false --generate-code=false --yes",
    "pulumi preview --expect-no-changes",
  ];
  return `${lines.join("\n")}\n`;
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
