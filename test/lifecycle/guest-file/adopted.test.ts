import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { inOneGuest } from "../one-guest";
import { ownDirectory } from "./own-directory";

/** What was there before the program is the user's: delete takes away only what was made here. */
inOneGuest((guest) => {
  const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

  guest.rule("a file that was there before is left where nobody declared its removal, and that is said", async () => {
    const { at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs\n", { mode: 0o644 });
    const file = guest.file();
    await file.up({ ...declared({ mode: "0600" }), content: undefined });
    expect(file.state).toMatchObject({ created: false });
    await file.destroy();
    expect([textOf("conf"), modeOf(at("conf"))]).toEqual(["theirs\n", "600"]);
    expect(file.said).toMatch(/conf: was there before .*onDelete/);
  });

  guest.rule("also where its content was written anew, by whatever onExists", async () => {
    for (const onExists of ["adopt", "overwrite"]) {
      const { at, textOf, declared } = ownDirectory(guest);
      writeFileSync(at("conf"), "theirs\n");
      const file = guest.file();
      await file.up(declared({ onExists }));
      await file.up(declared({ onExists, content: "two\n" }));
      await file.destroy();
      expect(textOf("conf")).toBe("two\n");
    }
  });

  guest.rule("from its backup it comes back as it was: content, mode and owner", async () => {
    const { directory, at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs\n");
    chownSync(at("conf"), 33, 42);
    chmodSync(at("conf"), 0o604);
    const file = guest.file();
    const inputs = declared({ backup: { suffix: ".orig" }, mode: "0600", owner: "root", group: "root" });
    await file.up(inputs);
    await file.up({ ...inputs, content: "two\n" });
    await file.destroy();
    expect([textOf("conf"), modeOf(at("conf"))]).toEqual(["theirs\n", "604"]);
    expect([statSync(at("conf")).uid, statSync(at("conf")).gid]).toEqual([33, 42]);
    expect(readdirSync(guest.at(directory))).toEqual(["conf"]);
  });

  guest.rule("where the backup is gone the file is left, not removed", async () => {
    const { at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs\n");
    const file = guest.file();
    await file.up(declared({ backup: { suffix: ".orig" }, onDelete: "restore" }));
    rmSync(at("conf.orig"));
    await file.destroy();
    expect(textOf("conf")).toBe("one\n");
    expect(file.said).toMatch(/warning.*conf\.orig is gone/s);
  });

  guest.rule(
    "onDelete decides otherwise: remove takes an adopted file, keep leaves one that was made here",
    async () => {
      const { at, textOf, declared } = ownDirectory(guest);
      writeFileSync(at("conf"), "theirs\n");
      const [adopted, made] = [guest.file(), guest.file()];
      await adopted.up(declared({ onDelete: "remove" }));
      await made.up(declared({ path: declared().path.replace("conf", "made"), onDelete: "keep" }));
      expect(made.state).toMatchObject({ created: true });
      await Promise.all([adopted.destroy(), made.destroy()]);
      expect(existsSync(at("conf"))).toBe(false);
      expect(textOf("made")).toBe("one\n");
    },
  );

  guest.rule("onDelete: restore of attributes alone needs no backup", async () => {
    const { at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs\n", { mode: 0o644 });
    const file = guest.file();
    const { content: _content, ...bare } = declared({ mode: "0600", owner: "www-data", onDelete: "restore" });
    await file.up(bare);
    await file.destroy();
    expect([textOf("conf"), modeOf(at("conf")), statSync(at("conf")).uid]).toEqual(["theirs\n", "644", 0]);
    expect(await guest.file().failures(declared({ onDelete: "restore" }))).toEqual([
      expect.stringContaining("onDelete: needs backup"),
    ]);
  });

  guest.rule("a file made here is removed, whatever became of it meanwhile", async () => {
    const { directory, at, declared } = ownDirectory(guest);
    const file = guest.file();
    await file.up(declared());
    await file.up(declared({ content: "two\n", mode: "0600" }));
    expect(file.state).toMatchObject({ created: true });
    writeFileSync(at("conf"), "somebody else's words\n");
    await file.destroy();
    expect(readdirSync(guest.at(directory))).toEqual([]);
  });

  guest.rule("what went away and was made again is ours, unless a backup of the user's waits for it", async () => {
    const [plain, kept] = [ownDirectory(guest), ownDirectory(guest)];
    const [file, backed] = [guest.file(), guest.file()];
    const backup = { backup: { suffix: ".orig" } };
    for (const { at } of [plain, kept]) writeFileSync(at("conf"), "theirs\n");
    await Promise.all([file.up(plain.declared()), backed.up(kept.declared(backup))]);
    for (const { at } of [plain, kept]) rmSync(at("conf"));
    await Promise.all([file.up(plain.declared()), backed.up(kept.declared(backup))]);
    expect([file.state.created, backed.state.created]).toEqual([true, false]);
    await Promise.all([file.destroy(), backed.destroy()]);
    expect(existsSync(plain.at("conf"))).toBe(false);
    expect(kept.textOf("conf")).toBe("theirs\n");
  });

  guest.rule("the old file of a replacement is left by the same rule", async () => {
    const { at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs\n");
    const file = guest.file();
    await file.up(declared());
    expect(await file.up(declared({ path: declared().path.replace("conf", "other") }))).toBe("replace");
    expect([textOf("conf"), textOf("other")]).toEqual(["one\n", "one\n"]);
    await file.destroy();
    expect(existsSync(at("other"))).toBe(false);
  });

  guest.rule("an imported file was there before", async () => {
    const { directory, at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "one\n", { mode: 0o640 });
    const id = `${guest.simulator.vm(guest.vm).instanceUuid}:${directory}/conf`;
    const file = guest.file();
    file.recorded = await guest.together(() => guest.host.read("GuestFile", { id, inputs: {}, state: {} }));
    await file.up(declared({ mode: "0600" }));
    expect(file.state).toMatchObject({ created: false });
    await file.destroy();
    expect(textOf("conf")).toBe("one\n");
  });

  guest.rule(
    "behind a link that is followed it is left too, and a link that leads elsewhere by now gives nothing away",
    async () => {
      const { at, textOf, declared } = ownDirectory(guest);
      writeFileSync(at("target"), "theirs\n");
      symlinkSync("target", at("conf"));
      symlinkSync("new", at("link"));
      const [adopted, made] = [guest.file(), guest.file()];
      await adopted.up(declared({ symlinks: "follow" }));
      await made.up(declared({ path: declared().path.replace("conf", "link"), symlinks: "follow" }));
      expect([adopted.state.created, made.state.created]).toEqual([false, true]);
      rmSync(at("link"));
      symlinkSync("target", at("link"));
      await Promise.all([adopted.destroy(), made.destroy()]);
      expect(textOf("target")).toBe("one\n");
      expect(readlinkSync(at("conf"))).toBe("target");
      expect(existsSync(at("new"))).toBe(false);
    },
  );

  guest.rule("a backup never takes the place of another file", async () => {
    const { at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "theirs\n");
    writeFileSync(at("conf.orig"), "another's\n");
    const inputs = declared({ backup: { suffix: ".orig" } });
    await expect(guest.file().up(inputs)).rejects.toThrow(/conf\.orig .*is there already/);
    expect([textOf("conf"), textOf("conf.orig")]).toEqual(["theirs\n", "another's\n"]);
    // What a deploy that failed later had backed up serves the next one.
    writeFileSync(at("conf.orig"), "theirs\n");
    await guest.file().up(inputs);
    expect([textOf("conf"), textOf("conf.orig")]).toEqual(["one\n", "theirs\n"]);
  });

  guest.rule("something else that stands in the place of a removed file is not ours", async () => {
    const { at, declared } = ownDirectory(guest);
    const file = guest.file();
    await file.up(declared());
    rmSync(at("conf"));
    const directory = guest.directory();
    await directory.up({ vm: guest.vm, path: declared().path });
    await file.destroy();
    expect(statSync(at("conf")).isDirectory()).toBe(true);
  });

  guest.rule(
    "a record of an older version does not tell: it is taken for adopted, unless its directory was made for it",
    async () => {
      const { directory, at, textOf, declared } = ownDirectory(guest);
      writeFileSync(at("restored"), "theirs\n");
      const inDirectory = (name: string, more: object = {}) => declared({ path: `${directory}/${name}`, ...more });
      const [file, deep, restored] = [guest.file(), guest.file(), guest.file()];
      const backup = { backup: { suffix: ".orig" } };
      await Promise.all([
        file.up(declared()),
        deep.up(inDirectory("sub/conf", { createParents: true })),
        restored.up(inDirectory("restored", backup)),
      ]);
      for (const one of [file, deep, restored]) {
        if (one.recorded === undefined) throw new Error("nothing was recorded");
        const { created: _created, before: _before, ...state } = one.recorded.state;
        one.recorded = { ...one.recorded, state };
      }
      if (restored.recorded !== undefined) {
        const { state, inputs } = restored.recorded;
        const old = { restoreOnDelete: true };
        restored.recorded = { ...restored.recorded, state: { ...state, ...old }, inputs: { ...inputs, ...old } };
      }
      expect(await restored.preview(inDirectory("restored", { ...backup, onDelete: "restore" }))).toBe("same");
      await Promise.all([file.destroy(), deep.destroy(), restored.destroy()]);
      expect(textOf("conf")).toBe("one\n");
      expect(existsSync(at("sub"))).toBe(false);
      expect(textOf("restored")).toBe("theirs\n");
    },
  );

  guest.rule("restoreOnDelete is refused with its new spelling", async () => {
    const inputs = ownDirectory(guest).declared({ backup: { suffix: ".orig" }, restoreOnDelete: true });
    expect(await guest.together(() => guest.file().failures(inputs))).toEqual([
      expect.stringMatching(/^restoreOnDelete: .*onDelete: "restore"/),
    ]);
  });
});

describe("in a Windows guest", () => {
  inOneGuest(
    (guest) => {
      guest.rule("a file that was there before comes back from its backup, or is left", async () => {
        const at = (name: string) => guest.at(`/${name}`);
        for (const name of ["plain.ini", "backed.ini"]) writeFileSync(at(name), "theirs\r\n");
        const declared = (name: string, more: object = {}) => ({
          ...{ vm: guest.vm, path: `C:\\${name}`, content: "[app]\r\n" },
          ...more,
        });
        const [plain, backed, made] = [guest.file(), guest.file(), guest.file()];
        await Promise.all([
          plain.up(declared("plain.ini")),
          backed.up(declared("backed.ini", { backup: { suffix: ".orig" }, readOnly: true })),
          made.up(declared("made.ini")),
        ]);
        await Promise.all([plain.destroy(), backed.destroy(), made.destroy()]);
        expect(readFileSync(at("plain.ini"), "utf8")).toBe("[app]\r\n");
        expect(readFileSync(at("backed.ini"), "utf8")).toBe("theirs\r\n");
        expect(existsSync(at("made.ini"))).toBe(false);
      });
    },
    { os: "windows" },
  );
});
