import { fails, onlyIf, same, type TrialCheck } from "../trial";

/** GuestEnvCheck, and guest operations that no resource stands for. */
export const operationChecks: readonly TrialCheck[] = [
  {
    name: "GuestEnvCheck: what is so holds",
    run: async (trial) => {
      const check = trial.vm.managed("GuestEnvCheck");
      const guestFamily = (await trial.vm.state(trial.work)).guestFamily;
      await trial.write("checked", "x");
      const declared = { guestFamily, paths: { [trial.at("checked")]: "file", [trial.at("none")]: "absent" } };
      await check.up({ ...declared, validateLogin: true }, trial.work);
      same(check.state.satisfied, true);
    },
  },
  {
    name: "GuestEnvCheck: what is not so fails, each by name",
    run: async (trial) => {
      const declared = {
        paths: { [trial.at("none")]: "file", [trial.directory]: "file" },
        variables: { VSPHERE_GUEST_NONE: "x" },
      };
      await fails(
        trial.vm.managed("GuestEnvCheck").up(declared, trial.work),
        /none[^]*VSPHERE_GUEST_NONE|VSPHERE_GUEST_NONE[^]*none/,
      );
    },
  },
  {
    name: "GuestEnvCheck: free space and processes",
    run: async (trial) => {
      onlyIf(trial.isPosix, "asks df and ps");
      const check = trial.vm.managed("GuestEnvCheck");
      await check.up(
        { minimumFreeBytes: { [trial.directory]: 1 }, processes: { "no-such-process": "notRunning" } },
        trial.work,
      );
      same(check.state.satisfied, true);
    },
  },
  {
    name: "GuestEnvCheck: whether the login is elevated",
    run: async (trial) => {
      const check = trial.vm.managed("GuestEnvCheck");
      await check.up({ elevated: trial.isElevated, onFailure: "warn" }, trial.work);
      const told = JSON.stringify(check.state.report);
      onlyIf(!told.includes("cannot be told"), "this guest does not tell");
      same(check.state.satisfied, true);
    },
  },
  {
    name: "the environment of the guest login",
    run: async (trial) => {
      const name = trial.isPosix ? "PATH" : "SystemRoot";
      const found = await trial.vm.programs.environment([name, "VSPHERE_GUEST_NONE"], trial.work);
      same(
        [...found.keys()].map((one) => one.toUpperCase()),
        [name.toUpperCase()],
      );
    },
  },
  {
    name: "processes are listed",
    run: async (trial) => {
      const processes = await trial.vm.programs.list(trial.work);
      same(processes.length > 0 && processes.every(({ pid }) => Number.isInteger(pid)), true);
    },
  },
  {
    name: "output comes while the program runs",
    run: async (trial) => {
      const text = trial.isPosix
        ? "echo first; sleep 6; echo last"
        : "@echo first\r\n@ping -n 7 127.0.0.1 >nul\r\n@echo last";
      const times: number[] = [];
      for await (const { bytes } of trial.vm.programs.output({ script: text }, trial.work))
        if (bytes.length > 0) times.push(Date.now());
      same(times.length > 1 && (times.at(-1) ?? 0) - (times[0] ?? 0) > 2000, true, "parts of the output came apart");
    },
  },
  {
    name: "a file and a directory are moved",
    run: async (trial) => {
      await trial.mkdir("moving");
      await trial.write("moving/file", "x");
      await trial.vm.files.move(trial.at("moving/file"), trial.at("moving/moved"), trial.work);
      await trial.vm.files.move(trial.at("moving"), trial.at("to"), trial.work);
      same([await trial.exists("moving"), await trial.text("to/moved")], [false, "x"]);
    },
  },
  {
    name: "temporary files and directories are private",
    run: async (trial) => {
      const named = { ...trial.work, directory: trial.directory, prefix: "trial-", suffix: ".tmp" };
      const file = await trial.vm.files.makeTemporaryFile(named);
      const directory = await trial.vm.files.makeTemporaryDirectory(named);
      const modes = [file, directory].map(async (path) => (await trial.vm.files.required(path, trial.work)).mode);
      if (trial.isPosix) same(await Promise.all(modes), [0o600, 0o700]);
    },
  },
  {
    name: "a directory that is not empty is not removed unasked",
    run: async (trial) => {
      await trial.mkdir("full");
      await trial.write("full/file", "x");
      await fails(trial.vm.files.removeDirectory(trial.at("full"), trial.work), /not empty/i);
      same(await trial.exists("full/file"), true);
    },
  },
  {
    name: "a process is ended",
    run: async (trial) => {
      onlyIf(trial.isPosix, "tried in POSIX guests");
      const pid = Number(await trial.shell("sleep 300 >/dev/null 2>&1 & echo $!", ""));
      await trial.vm.programs.terminate(pid, trial.work);
      await fails(trial.vm.programs.terminate(pid, trial.work), /no process|not found|does not exist|process/i);
    },
  },
];
