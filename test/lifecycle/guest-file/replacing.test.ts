import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  let number = 0;
  let directory: string;
  const at = (name: string) => guest.at(`${directory}/${name}`);
  const textOf = (name: string) => readFileSync(at(name), "utf8");
  const declared = (more: object = {}) => ({ vm: guest.vm, path: `${directory}/conf`, content: "one\n", ...more });

  beforeEach(() => {
    directory = `/srv/directory-${++number}`;
    mkdirSync(guest.at(directory));
  });

  test("a new file is validated before it takes the old one's place", async () => {
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

  test("there is no backup unless one is asked for", async () => {
    writeFileSync(at("conf"), "foreign");
    await guest.file().up(declared());
    expect(readdirSync(guest.at(directory))).toEqual(["conf"]);
  });

  test("what was there before is kept beside it, survives later changes, and is put back when asked", async () => {
    writeFileSync(at("conf"), "foreign", { mode: 0o604 });
    const file = guest.file();
    const inputs = declared({ backup: { suffix: ".orig" }, restoreOnDelete: true });
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
  });

  test("a backup may go to a directory, and stays there where nobody asked to restore it", async () => {
    mkdirSync(at("backups"));
    writeFileSync(at("conf"), "foreign");
    const file = guest.file();
    await file.up(declared({ backup: { directory: `${directory}/backups` } }));
    expect(textOf("backups/conf")).toBe("foreign");
    await file.destroy();
    expect(existsSync(at("conf"))).toBe(false);
    expect(textOf("backups/conf")).toBe("foreign");
  });

  test("where no backup can be made nothing is changed", async () => {
    writeFileSync(at("conf"), "foreign");
    const refused = guest.file().up(declared({ backup: { directory: `${directory}/none` } }));
    await expect(refused).rejects.toThrow(/backup .*none\/conf could not be made/);
    expect(textOf("conf")).toBe("foreign");
  });

  test("onExists refuses, adopts or overwrites what is there", async () => {
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
