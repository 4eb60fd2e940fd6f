import { Command } from "commander";
import { packageVersion } from "../provider/values/package-version";
import { captureCommand } from "./commands/capture";
import { changeCommands } from "./commands/changes";
import { contentCommands } from "./commands/contents";
import { doctorCommand } from "./commands/doctor";
import { lookCommands } from "./commands/looks";
import { machineCommand } from "./commands/machines";
import { programCommands } from "./commands/programs";
import { authCommand, toolsCommand } from "./commands/tools";
import { tryCommand } from "./commands/try";

/** The `vsphere-guest` command with all its verbs. `simulate` comes from outside: a whole vCenter is not loaded for others. */
export function vsphereGuest(simulate: Command): Command {
  const program = new Command("vsphere-guest")
    .description(
      "Guest operations of VMware vSphere: files, programs and Tools of virtual machines, through vCenter alone",
    )
    .version(packageVersion())
    .enablePositionalOptions()
    .showHelpAfterError("(add --help for what it takes)")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 not given as it has to be, 130 interrupted; `run` and `script`: the program's own.\nShell completion: vsphere-guest complete bash|zsh|fish|powershell prints what to load.",
    );
  const groups: readonly (readonly [string, readonly Command[]])[] = [
    ["Files:", [...lookCommands(), ...changeCommands()]],
    ["Contents:", [...contentCommands(), captureCommand()]],
    ["Programs:", programCommands()],
    ["Machines:", [machineCommand(), toolsCommand(), authCommand(), doctorCommand(), tryCommand()]],
    ["Development:", [simulate]],
  ];
  for (const [title, commands] of groups) for (const one of commands) program.addCommand(one.helpGroup(title));
  for (const one of all(program)) one.exitOverride();
  return program;
}

function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}
