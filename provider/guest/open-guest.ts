import { GuestError } from "../errors/guest-error";
import { Accounts } from "./facts/accounts";
import { Aliases } from "./facts/aliases";
import { Registry } from "./facts/registry";
import { Environment } from "./facts/environment";
import type { ValidateFile } from "./files/write";
import { Files } from "./files/files";
import { statUnreadable } from "./files/unreadable";
import type { Guest, GuestFamily } from "./guest";
import type { GuestSystemInfo, VmIdentity } from "../vcenter/machine";
import type { GuestCalls } from "./calls/guest-calls";
import { PosixRunner } from "./programs/posix/runner";
import { listProcesses } from "./facts/processes";
import { Programs } from "./programs/programs";
import { Boots } from "./facts/boots";
import type { Transfers } from "./transfer/transfers";
import type { Runner } from "./programs/plan";
import { WindowsRunner } from "./programs/windows/runner";

const shownErrorBytes = 2_000;

/**
 * The facade over one VM under one guest login. Keep it for the life of the process: looks, environment, accounts and
 * polls are shared among the callers of one Guest.
 */
export function openGuest(
  calls: GuestCalls,
  transfers: Transfers,
  system: GuestSystemInfo,
  privileges: Guest["privileges"],
): Guest {
  const { vm, family } = calls;
  const runner = runnerFor(family);
  const environment = new Environment(calls);
  const programs: Programs = new Programs(
    calls,
    transfers,
    runner,
    (op) => environment.all(op),
    () => files.forgetLooks(),
  );
  const ask = programs.ask.bind(programs);
  const accounts = new Accounts(vm, family, programs);
  const files: Files = new Files({
    calls,
    transfers,
    validate: validation(vm, runner, programs),
    run: programs.run.bind(programs),
    statUnreadable: statUnreadable(family, ask),
    ownerId: accounts.ownerId.bind(accounts),
  });
  const boots = new Boots(calls, () => files.forgetLooks());
  return {
    vm,
    family,
    system,
    files,
    programs,
    boots,
    accounts,
    aliases: new Aliases(calls),
    registry: new Registry(calls),
    environment: (names, op) => environment.read(names, op),
    validateLogin: (op) => calls.validateCredentialsInGuest(op),
    processes: (op) => listProcesses(calls, programs, op),
    privileges,
  };
}

/**
 * What the guest reports decides, else what the VM is configured for
 * (docs/reference/protocol.md#properties-of-a-machine).
 */
export function familyOf({ guestFamily, guestId }: GuestSystemInfo): GuestFamily {
  if (guestFamily !== undefined && guestFamily !== "otherGuestFamily") {
    return guestFamily === "windowsGuest" ? "windows" : "posix";
  }
  return /^win/i.test(guestId ?? "") ? "windows" : "posix";
}

function runnerFor(family: GuestFamily): Runner {
  return family === "windows" ? new WindowsRunner() : new PosixRunner();
}

function validation(vm: VmIdentity, runner: Runner, programs: Programs): ValidateFile {
  return async (command, { temporaryPath, targetPath, isSecret }, op) => {
    const validation = runner.validation(command, temporaryPath);
    const { exitCode, stderr, stdout } = await programs.ask(validation, op, { outputLimitBytes: shownErrorBytes });
    if (exitCode === 0) return;
    const said = (stderr.bytes.length > 0 ? stderr : stdout).bytes.toString("utf8").trim();
    const shown = isSecret || said === "" ? "" : ` It said: ${said}`;
    throw new GuestError(
      "PROGRAM_FAILED",
      `${vm.name} ${targetPath}: validateCommand ended with ${exitCode}, so the file was not put in place.${shown}`,
    );
  };
}
