import { Command } from "commander";
import { checks, type Patient } from "../doctor/checks";
import { failureText } from "../output/failure";
import { printable } from "../../provider/values/printable";
import { guestFlagsSchema, withGuests } from "../session/flags";
import { guestLogin, namedMachines, serverOf } from "../session/connect";
import { print, withVSphere, workOptions } from "../session/machines";
import { read } from "../session/read-flags";
import { usage } from "../output/usage-error";
import { examples } from "./verb";

interface Finding {
  readonly check: string;
  readonly found: "ok" | "failed" | "not checked";
  readonly text: string;
}

/** `doctor`: what can be wrong between here and a guest, in order, and what to do about it. */
export function doctorCommand(): Command {
  const command = withGuests(new Command("doctor"))
    .description(
      "Check, in order, what can be wrong between here and a guest. Its report holds no secrets: paste it into a ticket",
    )
    .action(async (options: unknown) => {
      const flags = read(guestFlagsSchema, options);
      const [name = "", ...others] = namedMachines(flags);
      if (others.length > 0) throw usage("Give one machine.");
      const login = await guestLogin(flags);
      await withVSphere(flags, async (vsphere) => {
        const patient = { server: serverOf(flags), vsphere, vm: vsphere.vm(name, login), work: workOptions(flags) };
        const findings = await examine(patient, (finding) => {
          if (!flags.json) process.stdout.write(`${line(finding)}\n`);
        });
        if (flags.json) print(findings);
        if (findings.some(({ found }) => found !== "ok")) process.exitCode = 1;
      });
    });
  return examples(command, "doctor --vm web-1");
}

async function examine(patient: Patient, tell: (finding: Finding) => void): Promise<Finding[]> {
  const findings: Finding[] = [];
  let isOver = false;
  for (const { name, isVital, run } of checks) {
    const finding: Finding = isOver
      ? { check: name, found: "not checked", text: "what it builds on failed" }
      : await run(patient).then(
          (text): Finding => ({ check: name, found: "ok", text }),
          (error: unknown): Finding => ({ check: name, found: "failed", text: failureText(error) }),
        );
    isOver ||= isVital && finding.found === "failed";
    if (patient.work.signal?.aborted === true) patient.work.signal.throwIfAborted();
    findings.push(finding);
    tell(finding);
  }
  return findings;
}

function line({ check, found, text }: Finding): string {
  const mark = { ok: "ok    ", failed: "FAILED", "not checked": "-     " }[found];
  return `${mark} ${check}: ${printable(text)}`;
}
