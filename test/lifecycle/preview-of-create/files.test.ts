import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { unknownSentinel } from "../../../provider/properties/wire-value";
import { inOneGuest } from "../one-guest";

/** What the preview of a file tells that is not made yet. */
inOneGuest((guest) => {
  const ahead = async (inputs: object, secrets: readonly string[] = []) => {
    const file = guest.file();
    expect(await file.preview({ vm: guest.vm, ...inputs }, secrets)).toBe("create");
    return file.said;
  };
  const put = (path: string, content: string) => writeFileSync(guest.at(path), content);

  guest.rule("an existing file of other content is shown with its differences, and is left as it is", async () => {
    put("/etc/there.conf", "one\ntwo\n");
    chmodSync(guest.at("/etc/there.conf"), 0o600);
    const said = await ahead({ path: "/etc/there.conf", content: "one\n2\n", mode: "0644" });
    expect(said).toContain("/etc/there.conf: is there already; it is adopted and changed");
    expect(said).toContain("mode is 0600 in the guest, wanted 0644");
    expect(said).toMatch(/-two\n +\+2/);
    expect(readFileSync(guest.at("/etc/there.conf"), "utf8")).toBe("one\ntwo\n");
  });

  guest.rule("of a secret no content is shown", async () => {
    put("/etc/hush.conf", "old-hush");
    const said = await ahead({ path: "/etc/hush.conf", content: "new-hush" }, ["content"]);
    expect(said).toContain("/etc/hush.conf: is there already; it is adopted and changed; content differs");
    expect(said).not.toMatch(/(old|new)-hush/);
  });

  guest.rule("a file that is as declared is adopted as it is, which is no warning", async () => {
    put("/etc/same.conf", "same");
    const said = await ahead({ path: "/etc/same.conf", content: "same" });
    expect(said).toContain("/etc/same.conf: is there already, as declared; it is adopted");
    expect(said).not.toContain("warning");
  });

  guest.rule("content that is not known yet is said to take the place of what is there", async () => {
    put("/etc/unknown.conf", "twelve bytes");
    expect(await ahead({ path: "/etc/unknown.conf", content: unknownSentinel })).toContain(
      "its 12 bytes give way to content that is not known yet",
    );
  });

  guest.rule("backup and overwrite are told", async () => {
    put("/etc/kept.conf", "old");
    const kept = await ahead({ path: "/etc/kept.conf", content: "new", backup: { suffix: ".orig" } });
    expect(kept).toContain("a copy is kept as /etc/kept.conf.orig");
    expect(await ahead({ path: "/etc/kept.conf", content: "new", onExists: "overwrite" })).toContain(
      "is there already; it is written anew",
    );
  });

  guest.rule("what would make the create fail is told with its reason", async () => {
    put("/srv/taken", "");
    put("/srv/backed", "old");
    put("/srv/elsewhere", "old");
    put("/srv/backed.orig", "of the user's");
    mkdirSync(guest.at("/srv/directory"));
    symlinkSync("/srv/taken", guest.at("/srv/link"));
    const ends = "As things are now, making it fails.";
    const told = await Promise.all([
      ahead({ path: "/srv/taken", content: "x", onExists: "error" }),
      ahead({ path: "/srv/directory", content: "x" }),
      ahead({ path: "/srv/link", content: "x" }),
      ahead({ path: "/srv/missing/file", content: "x" }),
      ahead({ path: "/srv/owned", content: "x", owner: "nobody-here" }),
      ahead({ path: "/srv/hidden", content: "x", hidden: true }),
      ahead({ path: "/srv/backed", content: "x", backup: { suffix: ".orig" } }),
      ahead({ path: "/srv/elsewhere", content: "x", backup: { directory: "/srv/nowhere" } }),
      ahead({ path: "/srv/taken/file", content: "x" }),
      ahead({ path: "/srv/taken/sub/file", content: "x", createParents: true }),
    ]);
    expect(told).toEqual([
      expect.stringMatching(/\/srv\/taken: is there already, and onExists is "error"/),
      expect.stringMatching(/\/srv\/directory: is a directory in the guest/),
      expect.stringMatching(/\/srv\/link: is a symbolic link to \/srv\/taken/),
      expect.stringMatching(/\/srv\/missing\/file: its directory \/srv\/missing is not there/),
      expect.stringMatching(/\/srv\/owned: .*there is no user "nobody-here"/),
      expect.stringMatching(/\/srv\/hidden: hidden cannot be set in a POSIX guest/),
      expect.stringMatching(/\/srv\/backed: the backup \/srv\/backed\.orig is there already and holds something else/),
      expect.stringMatching(
        /\/srv\/elsewhere: the backup \/srv\/nowhere\/srv!elsewhere could not be made: there is no such directory/,
      ),
      expect.stringMatching(/\/srv\/taken, which is to hold it, is a file in the guest/),
      expect.stringMatching(/\/srv\/taken, which is to hold it, is a file in the guest/),
    ]);
    for (const said of told) expect(said).toContain(ends);
  });

  guest.rule("a file that nothing stands in the way of is told nothing of", async () => {
    expect(await ahead({ path: "/srv/quiet", content: "x", owner: "root" })).toBe("");
    expect(await ahead({ path: "/srv/quiet-parent/file", content: "x", createParents: true })).toBe("");
  });

  guest.rule("a directory that the same program makes is not missed", async () => {
    const [directory, file, below] = [guest.directory(), guest.file(), guest.file()];
    await guest.together(async () => {
      await directory.previewWithin({ vm: guest.vm, path: "/srv/coming" });
      await file.previewWithin({ vm: guest.vm, path: "/srv/coming/file", content: "x" });
      await below.previewWithin({ vm: guest.vm, path: "/srv/coming/sub/file", content: "x" });
    });
    expect(directory.said + file.said).toBe("");
    expect(below.said).toContain("its directory /srv/coming/sub is not there");
  });

  guest.rule("a file that is replaced in its own place is not taken for a stranger's", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: "/srv/own", content: "one" };
    await file.up(declared);
    await guest.together(async () => {
      await file.previewWithin({ ...declared, content: "two" });
      await file.previewReplacementWithin({ ...declared, content: "two" });
    });
    expect(file.said).toBe("");
  });

  guest.rule("two new files of one path are an error of the preview, which names both", async () => {
    const [one, other] = [guest.file(), guest.file()];
    const error = await guest.together(async () => {
      await one.previewWithin({ vm: guest.vm, path: "/srv/twice", content: "x" });
      return other.previewWithin({ vm: guest.vm, path: "/srv//twice", content: "y" }).catch(String);
    });
    expect(error).toContain(`GuestFile "${one.name}" and GuestFile "${other.name}" both declare it`);
  });
});
