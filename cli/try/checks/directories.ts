import { fails, onlyIf, same, type Trial, type TrialCheck } from "../trial";

/** A source of 12 files; its path on this machine. */
async function source(trial: Trial, name: string): Promise<string> {
  for (let number = 1; number <= 10; number += 1)
    await trial.local(`${name}/conf.d/${number}.conf`, `number = ${number}\n`);
  await trial.local(`${name}/run.sh`, "true\n");
  await trial.local(`${name}/ünïcödé`, "x\n");
  return `${trial.localDirectory}/${name}`;
}

/** What GuestDirectory promises. */
export const directoryChecks: readonly TrialCheck[] = [
  {
    name: "made, then nothing differs, then gone",
    run: async (trial) => {
      const directory = trial.vm.managed("GuestDirectory");
      const declared = { path: trial.at("made/below"), createParents: true };
      same(await directory.up(declared, trial.work), "create");
      same(await directory.up(declared, trial.work), "same");
      await directory.destroy(trial.work);
      same(await trial.exists("made"), false);
    },
  },
  {
    name: "a source of 12 files",
    run: async (trial) => {
      const directory = trial.vm.managed("GuestDirectory");
      const declared = { path: trial.at("synced"), source: await source(trial, "synced") };
      await directory.up(declared, trial.work);
      same([await trial.text("synced/conf.d/7.conf"), await trial.text("synced/ünïcödé")], ["number = 7\n", "x\n"]);
      same(await directory.up(declared, trial.work), "same");
      await directory.destroy(trial.work);
      same(await trial.exists("synced"), false);
    },
  },
  {
    name: "a file of a source that was changed by hand is put right, alone",
    run: async (trial) => {
      const directory = trial.vm.managed("GuestDirectory");
      const declared = { path: trial.at("tree-drifted"), source: await source(trial, "tree-drifted") };
      await directory.up(declared, trial.work);
      await trial.write("tree-drifted/conf.d/3.conf", "by hand\n");
      same((await directory.differences(declared, trial.work)).length, 1, "differences");
      await directory.up(declared, trial.work);
      same(await trial.text("tree-drifted/conf.d/3.conf"), "number = 3\n");
    },
  },
  {
    name: "purge removes what is not in source, and leaves what is excluded",
    run: async (trial) => {
      await trial.mkdir("purged/cache");
      await trial.write("purged/stranger", "x");
      await trial.write("purged/cache/kept", "x");
      const declared = {
        path: trial.at("purged"),
        source: await source(trial, "purged"),
        purge: true,
        exclude: ["cache"],
      };
      await trial.vm.managed("GuestDirectory").up(declared, trial.work);
      same([await trial.exists("purged/stranger"), await trial.exists("purged/cache/kept")], [false, true]);
    },
  },
  {
    name: "modes of files and directories",
    run: async (trial) => {
      onlyIf(trial.isPosix, "Windows has no modes");
      const modes = { fileMode: "0640", directoryMode: "0750", mode: "0700" };
      const declared = { path: trial.at("moded"), source: await source(trial, "moded"), ...modes };
      await trial.vm.managed("GuestDirectory").up(declared, trial.work);
      const found = [trial.mode("moded"), trial.mode("moded/conf.d"), trial.mode("moded/run.sh")];
      same(await Promise.all(found), ["700", "750", "640"]);
    },
  },
  {
    name: "a directory that holds what others put there is not removed",
    run: async (trial) => {
      const directory = trial.vm.managed("GuestDirectory");
      await directory.up({ path: trial.at("held") }, trial.work);
      await trial.write("held/theirs", "x");
      await fails(directory.destroy(trial.work), /did not make/);
      same(await trial.exists("held/theirs"), true);
    },
  },
  {
    name: "recursiveDelete removes all",
    run: async (trial) => {
      const directory = trial.vm.managed("GuestDirectory");
      await directory.up({ path: trial.at("whole"), recursiveDelete: true }, trial.work);
      await trial.mkdir("whole/a/b");
      await trial.write("whole/a/b/c", "x");
      await directory.destroy(trial.work);
      same(await trial.exists("whole"), false);
    },
  },
  {
    name: "a directory that was there is left by a destroy",
    run: async (trial) => {
      await trial.mkdir("adopted");
      const directory = trial.vm.managed("GuestDirectory");
      await directory.up({ path: trial.at("adopted") }, trial.work);
      await directory.destroy(trial.work);
      same(await trial.exists("adopted"), true);
    },
  },
];
