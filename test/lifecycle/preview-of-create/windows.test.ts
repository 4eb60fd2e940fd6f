import { mkdirSync, writeFileSync } from "node:fs";
import { inWindowsGuest } from "../windows/windows-guest";

/** What previews tell of a Windows guest. */
inWindowsGuest((guest) => {
  const ahead = async (kind: "file" | "directory" | "run", inputs: object) => {
    const resource = guest[kind]();
    expect(await resource.preview({ vm: guest.vm, ...inputs })).toBe("create");
    return resource.said;
  };

  guest.rule("a file that is there is shown with its differences, whatever the notation of its path", async () => {
    mkdirSync(guest.at("App"));
    writeFileSync(guest.at("App/app.ini"), "one\n");
    const said = await ahead("file", { path: "C:\\App\\app.ini", content: "two\n" });
    expect(said).toMatch(/C:\\App\\app\.ini: is there already; it is adopted and changed; [^]*-one\n +\+two/);
  });

  guest.rule("what would make a create fail is told with its reason", async () => {
    const told = await Promise.all([
      ahead("file", { path: "C:\\Missing\\a.txt", content: "x" }),
      ahead("file", { path: "C:\\a.txt", content: "x", mode: "0644" }),
      ahead("directory", { path: "C:\\Missing\\directory" }),
      ahead("run", { program: "C:\\Missing\\tool.exe" }),
    ]);
    expect(told).toEqual([
      expect.stringContaining("its directory C:\\Missing is not there"),
      expect.stringContaining("mode cannot be set in a Windows guest"),
      expect.stringContaining("its directory C:\\Missing is not there"),
      expect.stringContaining("C:\\Missing\\tool.exe is not there"),
    ]);
  });

  guest.rule("a name that Windows can't have, or takes for another's, is refused before anything is done", async () => {
    const paths = ["C:\\app\\a:b", "C:\\app\\q?.txt", "C:\\app\\data.", "c:/app/data /f", "C:\\app\\nul.txt"];
    const failures = (path: string) => guest.file().failures({ vm: guest.vm, path, content: "x" });
    const told = await guest.together(() => Promise.all(paths.map(failures)));
    expect(told).toEqual([
      ['path: has "a:b" in it, which holds :, and no name in Windows can'],
      ['path: has "q?.txt" in it, which holds ?, and no name in Windows can'],
      [expect.stringContaining('path: has "data." in it, which ends with a dot or a blank')],
      [expect.stringContaining('path: has "data " in it, which ends with a dot or a blank')],
      [expect.stringContaining('path: has "nul.txt" in it, which is a device in Windows')],
    ]);
  });

  guest.rule("so is such a name of a backup", async () => {
    const declared = { vm: guest.vm, path: "C:\\app\\f", content: "x", backup: { suffix: ":orig" } };
    expect(await guest.together(() => guest.file().failures(declared))).toEqual([
      'backup: has "f:orig" in it, which holds :, and no name in Windows can',
    ]);
  });

  guest.rule("what is recorded of such a name can still be destroyed", async () => {
    const file = guest.file();
    await file.up({ vm: guest.vm, path: "C:\\recorded", content: "x" });
    const { recorded } = file;
    if (recorded === undefined) throw new Error("it was made");
    file.recorded = { ...recorded, state: { ...recorded.state, path: "C:\\recorded." } };
    await file.destroy();
  });

  guest.rule("what the same program brings about is not missed, in any notation", async () => {
    const [directory, file] = [guest.directory(), guest.file()];
    await guest.together(async () => {
      await directory.previewWithin({ vm: guest.vm, path: "C:\\Coming" });
      await file.previewWithin({ vm: guest.vm, path: "c:/coming/a.txt", content: "x" });
    });
    expect(directory.said + file.said).toBe("");
  });
});
