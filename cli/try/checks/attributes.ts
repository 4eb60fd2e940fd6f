import { onlyIf, same, type Trial, type TrialCheck } from "../trial";

const needsPosix = "Windows has no modes and owners";

async function modeIs(trial: Trial, mode: string): Promise<void> {
  onlyIf(trial.isPosix, needsPosix);
  const name = `mode-${mode}`;
  await trial.vm.managed("GuestFile").up({ path: trial.at(name), content: "x", mode }, trial.work);
  same(await trial.mode(name), Number.parseInt(mode, 8).toString(8));
}

/** Modes, owners, times, labels. */
export const attributeChecks: readonly TrialCheck[] = [
  { name: "mode 0640", run: (trial) => modeIs(trial, "0640") },
  { name: "mode 0666, whatever the umask is", run: (trial) => modeIs(trial, "0666") },
  { name: "mode 4755", run: (trial) => modeIs(trial, "4755") },
  {
    name: "a directory's mode 1770",
    run: async (trial) => {
      onlyIf(trial.isPosix, needsPosix);
      await trial.vm.managed("GuestDirectory").up({ path: trial.at("sticky"), mode: "1770" }, trial.work);
      same(await trial.mode("sticky"), "1770");
    },
  },
  {
    name: "owner and group by number",
    run: async (trial) => {
      onlyIf(trial.isPosix, needsPosix);
      onlyIf(trial.isElevated, "the guest login may give no files away");
      const owned = { path: trial.at("owned"), content: "x", owner: 12345, group: 23456 };
      await trial.vm.managed("GuestFile").up(owned, trial.work);
      const { ownerId, groupId } = await trial.vm.files.required(trial.at("owned"), trial.work);
      same([ownerId, groupId], [12345, 23456]);
    },
  },
  {
    name: "owner and group by name",
    run: async (trial) => {
      onlyIf(trial.isPosix, needsPosix);
      const [owner = "", group = ""] = (await trial.shell("id -un; id -gn", "")).split("\n");
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("named"), content: "x", owner, group };
      await file.up(declared, trial.work);
      same(await file.differences(declared, trial.work), []);
    },
  },
  {
    name: "the mode stays when the owner is changed",
    run: async (trial) => {
      onlyIf(trial.isPosix, needsPosix);
      onlyIf(trial.isElevated, "the guest login may give no files away");
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("setuid"), content: "x", mode: "4755" };
      await file.up(declared, trial.work);
      await file.up({ ...declared, owner: 12345 }, trial.work);
      same(await trial.mode("setuid"), "4755");
    },
  },
  {
    name: "a modification time",
    run: async (trial) => {
      const modificationTime = "2020-02-03T04:05:06Z";
      await trial.vm.managed("GuestFile").up({ path: trial.at("dated"), content: "x", modificationTime }, trial.work);
      const { modifiedAt } = await trial.vm.files.required(trial.at("dated"), trial.work);
      same(modifiedAt.toISOString(), "2020-02-03T04:05:06.000Z");
    },
  },
  {
    name: "hidden and read-only",
    run: async (trial) => {
      onlyIf(!trial.isPosix, "POSIX has no such attributes");
      const declared = { path: trial.at("hidden"), content: "x", hidden: true, readOnly: true };
      await trial.vm.managed("GuestFile").up(declared, trial.work);
      const { hidden, readOnly } = await trial.vm.files.required(trial.at("hidden"), trial.work);
      same([hidden, readOnly], [true, true]);
    },
  },
  {
    name: "a read-only file is replaced",
    run: async (trial) => {
      onlyIf(!trial.isPosix, "POSIX has no such attribute");
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("read-only"), content: "one", readOnly: true };
      await file.up(declared, trial.work);
      await file.up({ ...declared, content: "two" }, trial.work);
      same(await trial.text("read-only"), "two");
    },
  },
  {
    name: "the SELinux label stays when a file is replaced",
    run: async (trial) => {
      onlyIf(trial.isPosix, "Windows has no SELinux");
      const script = `command -v getenforce >/dev/null 2>&1 && [ "$(getenforce)" != Disabled ] && echo yes; true`;
      onlyIf((await trial.shell(script, "")) === "yes", "the guest has no SELinux switched on");
      await trial.write("labelled", "one");
      const path = `'${trial.at("labelled").replaceAll("'", "'\\''")}'`;
      const label = () => trial.shell(`ls -dZ ${path} | cut -d' ' -f1`, "");
      const before = await label();
      await trial.write("labelled", "two");
      same(await label(), before, "the label");
    },
  },
];
