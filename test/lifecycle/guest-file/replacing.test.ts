import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { ownDirectory } from "./own-directory";

inOneGuest((guest) => {
  guest.rule("a new file is validated before it takes the old one's place", async () => {
    const { directory, textOf, declared } = ownDirectory(guest);
    const file = guest.file();
    const validated = (content: string) =>
      declared({ content, validateCommand: "grep -q good {path} || { echo 'no good' >&2; exit 1; }" });
    await file.up(declared());
    await expect(file.up(validated("bad\n"))).rejects.toThrow("no good");
    expect(textOf("conf")).toBe("one\n");
    expect(readdirSync(guest.at(directory))).toEqual(["conf"]);
    expect(await file.up(validated("good\n"))).toBe("update");
    expect(textOf("conf")).toBe("good\n");
  });

  guest.rule("there is no backup unless one is asked for", async () => {
    const { directory, at, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "foreign");
    await guest.file().up(declared());
    expect(readdirSync(guest.at(directory))).toEqual(["conf"]);
  });

  guest.rule(
    "what was there before is kept beside it, survives later changes, and is put back when asked",
    async () => {
      const { at, textOf, declared } = ownDirectory(guest);
      writeFileSync(at("conf"), "foreign", { mode: 0o604 });
      const file = guest.file();
      const inputs = declared({ backup: { suffix: ".orig" }, onDelete: "restore" });
      await file.up(inputs);
      expect(textOf("conf.orig")).toBe("foreign");
      writeFileSync(at("conf"), "tampered");
      expect(await file.up({ ...inputs, content: "two\n" })).toBe("update");
      expect(await file.up({ ...inputs, content: "two\n", mode: "0600" })).toBe("update");
      expect(textOf("conf.orig")).toBe("foreign");
      await file.destroy();
      expect(textOf("conf")).toBe("foreign");
      expect(statSync(at("conf")).mode & 0o777).toBe(0o604);
      expect(existsSync(at("conf.orig"))).toBe(false);
    },
  );

  guest.rule(
    "a backup may go to a directory, from where it comes back, or stays where the removal was asked for",
    async () => {
      const { directory, at, textOf, declared } = ownDirectory(guest);
      const nameOfCopy = (name: string) => `${directory}/${name}`.slice(1).replaceAll("/", "!");
      mkdirSync(at("backups"));
      writeFileSync(at("conf"), "foreign");
      const file = guest.file();
      await file.up(declared({ backup: { directory: `${directory}/backups` } }));
      expect(textOf(`backups/${nameOfCopy("conf")}`)).toBe("foreign");
      await file.destroy();
      expect(textOf("conf")).toBe("foreign");
      expect(readdirSync(at("backups"))).toEqual([]);
      await file.up(declared({ backup: { directory: `${directory}/backups` }, onDelete: "remove" }));
      await file.destroy();
      expect(existsSync(at("conf"))).toBe(false);
      expect(textOf(`backups/${nameOfCopy("conf")}`)).toBe("foreign");
    },
  );

  guest.rule("where no backup can be made nothing is changed", async () => {
    const { directory, at, textOf, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "foreign");
    const refused = guest.file().up(declared({ backup: { directory: `${directory}/none` } }));
    await expect(refused).rejects.toThrow(
      /backup .*none\/srv!.*!conf could not be made: there is no such directory.*GuestDirectory/s,
    );
    expect(textOf("conf")).toBe("foreign");
  });

  guest.rule("onExists refuses, adopts or overwrites what is there", async () => {
    const { at, declared } = ownDirectory(guest);
    writeFileSync(at("conf"), "one\n", { mode: 0o600 });
    const { ino } = statSync(at("conf"));
    await expect(guest.file().up(declared({ onExists: "error" }))).rejects.toThrow(/there already, and onExists/);
    await guest.file().up(declared({ onExists: "adopt" }));
    expect(statSync(at("conf")).ino).toBe(ino);
    expect(statSync(at("conf")).mode & 0o777).toBe(0o600);
    const file = guest.file();
    await file.up(declared({ onExists: "overwrite" }));
    expect(statSync(at("conf")).ino).not.toBe(ino);
    expect(statSync(at("conf")).mode & 0o777).toBe(0o644);
    expect(await file.up(declared({ onExists: "error" }))).toBe("update");
  });
});
