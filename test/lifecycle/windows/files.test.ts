import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { inWindowsGuest, withWine } from "./windows-guest";

inWindowsGuest((guest) => {
  const text = (path: string) => readFileSync(guest.at(path), "utf8");
  const isReadOnly = (path: string) => (statSync(guest.at(path)).mode & 0o222) === 0;

  guest.rule("a file with its attributes is made, left alone, repaired, changed and removed", async () => {
    const file = guest.file();
    const path = "C:\\App\\conf\\app.ini";
    const declared = { vm: guest.vm, path, content: "[app]\r\nname=ünï\n", hidden: true, readOnly: true };
    expect(await file.up({ ...declared, createParents: true })).toBe("create");
    expect(text("App/conf/app.ini")).toBe("[app]\r\nname=ünï\n");
    expect(isReadOnly("App/conf/app.ini")).toBe(true);
    expect(file.state).toMatchObject({ hidden: true, readOnly: true });

    rmSync(guest.at("App/conf/app.ini"));
    writeFileSync(guest.at("App/conf/app.ini"), "tampered");
    expect((await file.differences({ ...declared, createParents: true })).join("\n")).toMatch(/content differs/);
    expect(await file.up({ ...declared, createParents: true })).toBe("update");
    expect(text("App/conf/app.ini")).toBe(declared.content);

    const plain = { ...declared, createParents: true, hidden: false, readOnly: false };
    expect(await file.up(plain)).toBe("update");
    expect(isReadOnly("App/conf/app.ini")).toBe(false);
    expect(await file.up({ ...plain, readOnly: true })).toBe("update");
    await file.destroy();
    expect(existsSync(guest.at("App"))).toBe(false);
  });

  guest.rule("paths do not depend on case, nor on which slash they are written with", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: "C:\\ProgramData\\Name.txt", content: "one" };
    await file.up(declared);
    expect(await file.up({ ...declared, path: "C:\\ProgramData\\Name.txt", content: "two" })).toBe("update");
    const other = guest.file();
    await other.up({ ...declared, path: "c:\\programdata\\NAME.TXT", content: "three" });
    expect(text("ProgramData/Name.txt")).toBe("three");
    expect((await file.differences({ ...declared, content: "two" })).join("\n")).toContain("content differs");
  });

  guest.rule("an empty file, and one of bytes that are no text", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: "C:\\ProgramData\\bytes.bin" };
    expect(await file.up({ ...declared, content: "" })).toBe("create");
    expect(statSync(guest.at("ProgramData/bytes.bin")).size).toBe(0);
    expect(await file.up({ ...declared, contentBase64: "AP8NCgoNGg==" })).toBe("update");
    expect(readFileSync(guest.at("ProgramData/bytes.bin")).toString("base64")).toBe("AP8NCgoNGg==");
    await file.destroy();
  });

  guest.rule("a backup is kept, and restored on delete", async () => {
    writeFileSync(guest.at("ProgramData/kept.ini"), "theirs\r\n");
    const file = guest.file();
    const declared = { vm: guest.vm, path: "C:\\ProgramData\\kept.ini", content: "ours\r\n" };
    await file.up({ ...declared, backup: { suffix: ".orig" } });
    expect(text("ProgramData/kept.ini.orig")).toBe("theirs\r\n");
    await file.destroy();
    expect(text("ProgramData/kept.ini")).toBe("theirs\r\n");
  });

  guest.rule("what only POSIX has is refused by name", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: "C:\\ProgramData\\mode.txt", content: "x", mode: "0600" };
    await expect(file.up(declared)).rejects.toThrow(/mode.*Windows|Windows.*mode/s);
    expect(existsSync(guest.at("ProgramData/mode.txt"))).toBe(false);
  });

  withWine("validateCommand in Windows", () => {
    guest.rule("a file that its command refuses does not replace the old one, and nothing is left of it", async () => {
      mkdirSync(guest.at("Checked dir"));
      const file = guest.file();
      const declared = { vm: guest.vm, path: "C:\\Checked dir\\app.ini" };
      const validateCommand = "@set /p first=<{path}\n@if not %first%==good exit /b 1";
      expect(await file.up({ ...declared, content: "good\r\n", validateCommand })).toBe("create");
      await expect(file.up({ ...declared, content: "bad\r\n", validateCommand })).rejects.toThrow(/validateCommand/);
      expect(text("Checked dir/app.ini")).toBe("good\r\n");
    });
  });
});
