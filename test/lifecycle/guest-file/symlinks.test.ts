import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { ownDirectory } from "./own-directory";

/** Links in the guest are relative: an absolute one would lead this test, which looks from outside, out of the guest. */
inOneGuest((guest) => {
  /** A directory of the rule's own, with a file to which links may lead. */
  function withTarget() {
    const own = ownDirectory(guest);
    writeFileSync(own.at("target"), "old");
    return own;
  }

  guest.rule("are refused unless something else is asked, also where one takes the file's place later", async () => {
    const { directory, at, textOf, declared } = withTarget();
    symlinkSync("target", at("conf"));
    const file = guest.file();
    await expect(file.up(declared())).rejects.toThrow('symbolic link to target in the guest. Set symlinks to "follow"');
    rmSync(at("conf"));
    await file.up(declared());
    rmSync(at("conf"));
    symlinkSync("target", at("conf"));
    await expect(file.up(declared())).rejects.toThrow("symbolic link to target");
    await file.destroy();
    expect(textOf("target")).toBe("old");
    expect(readdirSync(guest.at(directory))).toEqual(["target"]);
  });

  guest.rule("are followed when asked: the file that they lead to is written, held, and left in the end", async () => {
    const { directory, at, textOf, declared } = withTarget();
    mkdirSync(at("deep"));
    symlinkSync("../target", at("deep/link"));
    symlinkSync("deep/link", at("conf"));
    const file = guest.file();
    const inputs = declared({ symlinks: "follow" });
    await file.up(inputs);
    expect(textOf("target")).toBe("one\n");
    expect(readlinkSync(at("conf"))).toBe("deep/link");
    writeFileSync(at("target"), "tampered");
    expect(await file.up(inputs)).toBe("update");
    expect(textOf("target")).toBe("one\n");
    await file.destroy();
    expect(readdirSync(guest.at(directory)).sort()).toEqual(["conf", "deep", "target"]);
  });

  guest.rule("that lead to nothing yet are followed as well; those that lead in circles are told", async () => {
    const { directory, at, textOf, declared } = withTarget();
    symlinkSync("new", at("conf"));
    await guest.file().up(declared({ symlinks: "follow" }));
    expect(textOf("new")).toBe("one\n");
    symlinkSync("circle", at("circle"));
    const circle = guest.file().up(declared({ path: `${directory}/circle`, symlinks: "follow" }));
    await expect(circle).rejects.toThrow("more than 8 symbolic links in a row");
  });

  guest.rule("are replaced when asked: a file takes the link's place, and what it led to stays", async () => {
    const { at, textOf, declared } = withTarget();
    symlinkSync("target", at("conf"));
    const file = guest.file();
    const inputs = declared({ symlinks: "replace" });
    await file.up(inputs);
    expect(lstatSync(at("conf")).isFile()).toBe(true);
    rmSync(at("conf"));
    symlinkSync("target", at("conf"));
    await file.up(inputs);
    expect(file.said).toContain("is a symbolic link in the guest");
    expect(lstatSync(at("conf")).isFile()).toBe(true);
    expect(textOf("target")).toBe("old");
  });

  guest.rule("and anything else that is no file is refused", async () => {
    const { at, declared } = withTarget();
    mkdirSync(at("conf"));
    await expect(guest.file().up(declared({ symlinks: "replace" }))).rejects.toThrow("is a directory in the guest");
    expect(lstatSync(at("conf")).isDirectory()).toBe(true);
  });
});
