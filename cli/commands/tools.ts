import { Command } from "commander";
import { z } from "zod";
import { given } from "../../provider/values/given";
import { guestFlagsSchema, machineFlagsSchema, withGuests, withMachines } from "../session/flags";
import { inGuests, inMachines } from "../session/machines";
import { read } from "../session/read-flags";
import { examples } from "./verb";

/** `tools wait|mount|unmount|upgrade`: VMware Tools. */
export function toolsCommand(): Command {
  const wait = withMachines(new Command("wait"))
    .description("Wait until guest operations can work (VixVM_WaitForToolsInGuest)")
    .action(async (options: unknown) => {
      await inMachines(read(machineFlagsSchema, options), { run: ({ vm, work }) => vm.waitUntilReady(work) });
    });
  const mount = withMachines(new Command("mount"))
    .description("Connect the CD with the installer to the guest (vmrun installTools, PowerCLI Mount-Tools)")
    .action(async (options: unknown) => {
      await inMachines(read(machineFlagsSchema, options), { run: ({ vm, work }) => vm.mountTools(work) });
    });
  const unmount = withMachines(new Command("unmount"))
    .description("Take that CD away (PowerCLI Dismount-Tools)")
    .action(async (options: unknown) => {
      await inMachines(read(machineFlagsSchema, options), { run: ({ vm, work }) => vm.unmountTools(work) });
    });
  const upgrade = withMachines(new Command("upgrade"))
    .description("Upgrade the Tools that run in the guest, and wait for the end (PowerCLI Update-Tools)")
    .option("--installer-options <text>", "for the installer in the guest")
    .action(async (options: unknown) => {
      const flags = read(machineFlagsSchema.extend({ installerOptions: z.string().optional() }), options);
      const { installerOptions } = flags;
      await inMachines(flags, { run: ({ vm, work }) => vm.upgradeTools({ ...work, ...given({ installerOptions }) }) });
    });
  return new Command("tools")
    .description("Wait for VMware Tools, mount their installer, upgrade them")
    .addCommand(examples(wait, "tools wait --timeout 60 --vm web-1"))
    .addCommand(examples(mount, "tools mount --vm web-1"))
    .addCommand(examples(unmount, "tools unmount --vm web-1"))
    .addCommand(examples(upgrade, "tools upgrade --vm web-1"));
}

/** `auth check|acquire|release`: logins in guests. */
export function authCommand(): Command {
  const check = withGuests(new Command("check"))
    .description("Log in to the guest and do nothing else (ValidateCredentialsInGuest)")
    .action(async (options: unknown) => {
      await inGuests(read(guestFlagsSchema, options), { run: ({ vm, work }) => vm.validateCredentials(work) });
    });
  const acquire = withGuests(new Command("acquire"))
    .description(
      "Print a ticket for the login, to be used until it is released (AcquireCredentialsInGuest); Windows guests",
    )
    .action(async (options: unknown) => {
      await inGuests(read(guestFlagsSchema, options), {
        run: ({ vm, work }) => vm.acquireTicket(work),
        show: (ticket) => ticket,
        json: (ticket) => ({ ticket }),
      });
    });
  const release = withGuests(new Command("release"))
    .description("Give a ticket back that auth acquire printed (ReleaseCredentialsInGuest)")
    .action(async (options: unknown) => {
      await inGuests(read(guestFlagsSchema, options), { run: ({ vm, work }) => vm.releaseTicket(work) });
    });
  return new Command("auth")
    .description("Check logins in guests, acquire and release tickets")
    .addCommand(examples(check, "auth check --vm web-1"))
    .addCommand(examples(acquire, "auth acquire --vm win-1"))
    .addCommand(examples(release, "auth release --guest-ticket-file ticket.txt --vm win-1"));
}
