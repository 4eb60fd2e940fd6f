import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { z } from "zod";
import type { VirtualMachine, VSphere, WorkOptions } from "../../provider/library";
import { printable } from "../../provider/values/printable";
import { usage } from "../output/usage-error";
import { guestLogin, namedMachines, serverOf, vsphereUserOf } from "../session/connect";
import { guestFlagsSchema, withGuests } from "../session/flags";
import { print, withVSphere, workOptions } from "../session/machines";
import { read } from "../session/read-flags";
import { markdown, reportOf, type Names, type Surroundings } from "../try/report";
import { tryGuest, type Result } from "../try/try";
import { examples } from "./verb";

const tryFlags = guestFlagsSchema.extend({
  report: z.string().default("vsphere-guest-try"),
  overwrite: z.boolean().default(false),
});

/** `try`: what the resources do, done in a guest, and a report of what held. */
export function tryCommand(): Command {
  const command = withGuests(new Command("try"))
    .description(
      "Do in a private directory of a guest what the resources do, leave nothing behind, and write a report of what held: " +
        "no names, no secrets in it. docs/support.md says how to send it in",
    )
    .option("--report <name>", "writes <name>.md and <name>.json (default: vsphere-guest-try)")
    .option("--overwrite", "replace a report that is there")
    .action(async (options: unknown) => {
      const flags = read(tryFlags, options);
      const [name = "", ...others] = namedMachines(flags);
      if (others.length > 0) throw usage("Give one machine.");
      const files = [`${flags.report}.md`, `${flags.report}.json`] as const;
      const taken = flags.overwrite ? undefined : files.find((file) => existsSync(file));
      if (taken !== undefined) throw usage(`${taken}: is there already. Give --overwrite, or --report another name.`);
      const login = await guestLogin(flags);
      await withVSphere(flags, async (vsphere) => {
        const vm = vsphere.vm(name, login);
        const work = workOptions(flags);
        await vm.waitUntilReady(flags.wait ? work : { ...work, timeoutSeconds: 1 });
        const known = await surroundings(vsphere, vm, work);
        const names = await namesOf(vsphere, vm, work, [serverOf(flags), login.guestUser, vsphereUserOf(flags)]);
        const results = await tryGuest(vm, work, (result) => {
          if (!flags.json) process.stdout.write(`${line(result)}\n`);
        });
        const report = reportOf(known, results, names);
        await writeFile(files[0], markdown(report));
        await writeFile(files[1], `${JSON.stringify(report, undefined, 2)}\n`);
        if (flags.json) print(report);
        else
          process.stdout.write(
            `${report.held} held, ${report.failed} failed, ${report.notApplicable} not applicable. Report: ${files.join(", ")}\n`,
          );
        if (report.failed > 0) process.exitCode = 1;
      });
    });
  return examples(command, "try --vm web-1");
}

function line({ check, area, outcome, text }: Result): string {
  const mark = { held: "ok    ", failed: "FAILED", "not applicable": "-     " }[outcome];
  return `${mark} ${area}: ${check}${text === undefined ? "" : `: ${printable(text)}`}`;
}

async function surroundings(vsphere: VSphere, vm: VirtualMachine, work: WorkOptions): Promise<Surroundings> {
  const [{ fullName, apiType, apiVersion }, system] = await Promise.all([vsphere.product(work), vm.state(work)]);
  const { guestFullName, guestId, guestFamily, toolsVersion, toolsVersionStatus } = system;
  return {
    server: `${fullName} (${apiType}, API ${apiVersion})`,
    guest: [guestFullName, guestId, guestFamily].filter((one) => one !== undefined).join(", "),
    tools: [toolsVersion, toolsVersionStatus].filter((one) => one !== undefined).join(", "),
  };
}

/** What the report must not tell, and what it says instead. */
async function namesOf(
  vsphere: VSphere,
  vm: VirtualMachine,
  work: WorkOptions,
  [server, guestUser, user]: readonly (string | undefined)[],
): Promise<Names> {
  const [{ name, moid, instanceUuid }, path, { address }] = await Promise.all([
    vm.identity(work),
    vm.path(work),
    vsphere.server(work),
  ]);
  return [
    [path, "<machine>"],
    [name, "<machine>"],
    [moid, "<moid>"],
    [instanceUuid, "<id>"],
    [server, "<server>"],
    [address, "<server>"],
    [address.replace(/:\d+$/, ""), "<server>"],
    [guestUser === "root" ? undefined : guestUser, "<guest user>"],
    [user, "<user>"],
  ];
}
