import { fails, onlyIf, same, type TrialCheck } from "../trial";

const symlinksNeedPosix = "symbolic links are tried in POSIX guests";

/** What GuestFile promises. */
export const fileChecks: readonly TrialCheck[] = [
  {
    name: "made, then nothing differs, then gone",
    run: async (trial) => {
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("file"), content: "one\n" };
      same(await file.up(declared, trial.work), "create");
      same(await file.up(declared, trial.work), "same");
      same(await trial.text("file"), "one\n");
      await file.destroy(trial.work);
      same(await trial.exists("file"), false);
    },
  },
  {
    name: "content changed by hand is seen and put right",
    run: async (trial) => {
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("drifted"), content: "one\n" };
      await file.up(declared, trial.work);
      await trial.write("drifted", "two\n");
      const [difference = ""] = await file.differences(declared, trial.work);
      same(difference.includes("content differs"), true, `what the preview says (${difference})`);
      same(await file.up(declared, trial.work), "update");
      same(await trial.text("drifted"), "one\n");
    },
  },
  {
    name: "a change of the same length within the same second is seen",
    run: async (trial) => {
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("quick"), content: "one\n" };
      await file.up(declared, trial.work);
      await trial.write("quick", "two\n");
      same((await file.differences(declared, trial.work)).length, 1, "differences");
    },
  },
  {
    name: "a mode changed by hand is seen and put right",
    run: async (trial) => {
      onlyIf(trial.isPosix, "Windows has no modes");
      const file = trial.vm.managed("GuestFile");
      const declared = { path: trial.at("mode-drifted"), content: "x", mode: "0640" };
      await file.up(declared, trial.work);
      await trial.vm.files.setAttributes(trial.at("mode-drifted"), { mode: 0o666 }, trial.work);
      same(await file.up(declared, trial.work), "update");
      same(await trial.mode("mode-drifted"), "640");
    },
  },
  {
    name: "a file that was there is left by a destroy",
    run: async (trial) => {
      await trial.write("theirs", "theirs");
      const file = trial.vm.managed("GuestFile");
      await file.up({ path: trial.at("theirs"), content: "theirs" }, trial.work);
      await file.destroy(trial.work);
      same(await trial.text("theirs"), "theirs");
    },
  },
  {
    name: "a backup comes back with a destroy",
    run: async (trial) => {
      await trial.write("backed-up", "theirs");
      const file = trial.vm.managed("GuestFile");
      await file.up({ path: trial.at("backed-up"), content: "ours", backup: { suffix: ".orig" } }, trial.work);
      same(await trial.text("backed-up.orig"), "theirs");
      await file.destroy(trial.work);
      same([await trial.text("backed-up"), await trial.exists("backed-up.orig")], ["theirs", false]);
    },
  },
  {
    name: "onExists: error refuses",
    run: async (trial) => {
      await trial.write("refused", "theirs");
      const declared = { path: trial.at("refused"), content: "ours", onExists: "error" };
      await fails(trial.vm.managed("GuestFile").up(declared, trial.work), /there already/);
      same(await trial.text("refused"), "theirs");
    },
  },
  {
    name: "directories above are made, and go with the file",
    run: async (trial) => {
      const file = trial.vm.managed("GuestFile");
      await file.up({ path: trial.at("above/of/it"), content: "x", createParents: true }, trial.work);
      await file.destroy(trial.work);
      same(await trial.exists("above"), false);
    },
  },
  {
    name: "a validateCommand that fails keeps the old file",
    run: async (trial) => {
      const file = trial.vm.managed("GuestFile");
      const validateCommand = trial.isPosix ? "grep -q good {path}" : 'find "good" {path}';
      const declared = { path: trial.at("validated"), validateCommand };
      await file.up({ ...declared, content: "good" }, trial.work);
      await fails(file.up({ ...declared, content: "bad" }, trial.work), /validateCommand/);
      same(await trial.text("validated"), "good");
    },
  },
  {
    name: "a symbolic link is refused",
    run: async (trial) => {
      onlyIf(trial.isPosix, symlinksNeedPosix);
      await trial.write("not-followed", "theirs");
      await trial.shell(`ln -s not-followed '${trial.at("refused-link")}'`, "");
      const declared = { path: trial.at("refused-link"), content: "ours" };
      await fails(trial.vm.managed("GuestFile").up(declared, trial.work), /symbolic link/);
      same(await trial.text("not-followed"), "theirs");
    },
  },
  {
    name: "a symbolic link is followed where that is declared",
    run: async (trial) => {
      onlyIf(trial.isPosix, symlinksNeedPosix);
      await trial.write("target", "theirs");
      await trial.shell(`ln -s target '${trial.at("link")}'`, "");
      const declared = { path: trial.at("link"), content: "ours", symlinks: "follow" };
      try {
        await trial.vm.managed("GuestFile").up(declared, trial.work);
      } catch (error) {
        const isElsewhere = error instanceof Error && error.message.includes("others in the guest can write");
        onlyIf(
          !isElsewhere,
          "the guest's temporary directory is one that others can write, where links are not followed",
        );
        throw error;
      }
      const { type } = await trial.vm.files.required(trial.at("link"), trial.work);
      same([await trial.text("target"), type], ["ours", "symlink"]);
    },
  },
  {
    name: "an import of what is as declared shows nothing",
    run: async (trial) => {
      await trial.write("imported", "as it is");
      const file = trial.vm.managed("GuestFile");
      const { instanceUuid } = await trial.vm.identity(trial.work);
      same(await file.refresh(`${instanceUuid}:${trial.at("imported")}`, trial.work), true);
      same(await file.differences({ path: trial.at("imported"), content: "as it is" }, trial.work), []);
    },
  },
  {
    name: "a refresh drops what is gone",
    run: async (trial) => {
      const file = trial.vm.managed("GuestFile");
      await file.up({ path: trial.at("dropped"), content: "x" }, trial.work);
      await trial.vm.files.removeFile(trial.at("dropped"), trial.work);
      same(await file.refresh(undefined, trial.work), false);
    },
  },
  {
    name: "a secret content arrives, and is readable by its owner alone",
    run: async (trial) => {
      const declared = { path: trial.at("secret"), content: "hush" };
      await trial.vm.managed("GuestFile").up(declared, { ...trial.work, secrets: ["content"] });
      same(await trial.text("secret"), "hush");
      if (trial.isPosix) same(await trial.mode("secret"), "600");
    },
  },
];
