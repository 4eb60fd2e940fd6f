import { Command, Argument } from "commander";
import { z } from "zod";
import { given } from "../../provider/values/given";
import { table } from "../output/table";
import { connectionFlagsSchema, machineFlagsSchema, withConnection, withMachines } from "../session/flags";
import { inMachines, print, withVSphere, workOptions } from "../session/machines";
import { read } from "../session/read-flags";
import { examples } from "./verb";

const powerActions = ["on", "off", "reset", "suspend", "shutdown", "reboot", "standby"] as const;

/** `vm find`, `vm register`, `vm unregister`, `vm power`: machines in the inventory. */
export function machineCommand(): Command {
  return new Command("vm")
    .description("Find, register and power machines")
    .addCommand(find())
    .addCommand(register())
    .addCommand(unregister())
    .addCommand(power());
}

function find(): Command {
  const command = withConnection(new Command("find"))
    .description("List machines with the state of their power and Tools")
    .argument("[pattern]", "glob of their names, or of their inventory paths where it holds a /; default: all")
    .action(async (pattern: string | undefined, options: unknown) => {
      const flags = read(connectionFlagsSchema, options);
      await withVSphere(flags, async (vsphere) => {
        const found = await vsphere.find(pattern, workOptions(flags));
        if (flags.json) return print(found);
        const rows = found.map(({ identity: { name, moid }, state, path }) => [
          path ?? name,
          moid,
          state.powerState,
          state.guestOperationsReady ? "ready" : (state.toolsRunningStatus ?? "no Tools"),
          state.guestFullName ?? state.guestId ?? "",
          state.ipAddress ?? "",
        ]);
        if (rows.length > 0)
          process.stdout.write(
            `${table([["NAME", "MOID", "POWER", "GUEST OPERATIONS", "SYSTEM", "ADDRESS"], ...rows])}\n`,
          );
        else process.exitCode = 1;
      });
    });
  return examples(command, "vm find", "vm find 'web-*'", "vm find '/DC0/vm/**'");
}

function register(): Command {
  const command = withConnection(new Command("register"))
    .description("Put a machine whose files are there into the inventory (VixHost_RegisterVM, vmrun register)")
    .argument("<vmx>", "[datastore] directory/name.vmx")
    .option("--name <name>", "default: the name in its files")
    .option("--folder <path>", "inventory path of a folder; default: vm of the only datacenter")
    .option("--pool <path>", "inventory path of a resource pool; default: that of the only cluster or host")
    .action(async (vmxPath: string, options: unknown) => {
      const texts = { name: z.string().optional(), folder: z.string().optional(), pool: z.string().optional() };
      const flags = read(connectionFlagsSchema.extend(texts), options);
      await withVSphere(flags, async (vsphere) => {
        const { name, folder, pool } = flags;
        const registered = await vsphere.register({ vmxPath, ...given({ name, folder, pool }) }, workOptions(flags));
        if (flags.json) print(registered);
        else process.stdout.write(`${registered.moid}\n`);
      });
    });
  return examples(command, "vm register '[datastore1] spare-1/spare-1.vmx' --folder /DC0/vm");
}

function unregister(): Command {
  const command = withMachines(new Command("unregister"))
    .description("Take a machine that is off out of the inventory; its files stay (VixVM_Unregister)")
    .action(async (options: unknown) => {
      await inMachines(read(machineFlagsSchema, options), { run: ({ vm, work }) => vm.unregister(work) });
    });
  return examples(command, "vm unregister --vm spare-1");
}

function power(): Command {
  const command = withMachines(new Command("power"))
    .description("Power a machine on or off, reset or suspend it; shutdown, reboot and standby ask the guest's system")
    .addArgument(new Argument("<action>").choices(powerActions))
    .action(async (action: (typeof powerActions)[number], options: unknown) => {
      await inMachines(read(machineFlagsSchema, options), {
        run: async ({ vm, work }) => ({ changed: await vm.power(action, work) }),
        show: ({ changed }) => (changed ? "" : "it was so already"),
      });
    });
  return examples(command, "vm power off --vm spare-1", "vm power on --vm spare-1");
}
