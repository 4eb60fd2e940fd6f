import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { LocalTree, pathsBelow } from "../guest-directory/local-tree";
import { inWindowsGuest } from "./windows-guest";

inWindowsGuest((guest) => {
  test.each(["C:\\", "c:/", "D:\\", "C:\\Users", "C:\\Users\\root", "c:\\users\\ROOT\\"])(
    "%s is never worked on as a whole",
    async (path) => {
      const failures = await guest.directory().failures({ vm: guest.vm, path, recursiveDelete: true });
      expect(failures.join("\n")).toMatch(/must not be/);
    },
  );

  guest.rule("a directory is made with its parents, found missing, made again and removed with them", async () => {
    const directory = guest.directory();
    const declared = { vm: guest.vm, path: "C:\\Data\\cache", createParents: true, hidden: true };
    expect(await directory.up(declared)).toBe("create");
    expect(statSync(guest.at("Data/cache")).isDirectory()).toBe(true);
    expect(await directory.up(declared)).toBe("same");
    rmSync(guest.at("Data/cache"), { recursive: true });
    expect(await directory.differences(declared)).toContain("vm-1 C:\\Data\\cache: absent in the guest");
    expect(await directory.up(declared)).toBe("update");
    await directory.destroy();
    expect(existsSync(guest.at("Data"))).toBe(false);
  });

  guest.rule("one with foreign files in it is removed only where recursiveDelete says so", async () => {
    const directory = guest.directory();
    const declared = { vm: guest.vm, path: "C:\\Filled" };
    await directory.up(declared);
    writeFileSync(guest.at("Filled/foreign.txt"), "x");
    await expect(directory.destroy()).rejects.toThrow(/holds files that this resource did not make/);
    expect(await directory.up({ ...declared, recursiveDelete: true })).toBe("update");
    await directory.destroy();
    expect(existsSync(guest.at("Filled"))).toBe(false);
  });

  guest.rule(
    "a tree of this machine is brought over, drifts by path, and loses what is purged, but for what is excluded",
    async () => {
      const source = new LocalTree({ "readme.txt": "one\r\n", "conf/a.ini": "a=1\n", "conf/Sub Dir/ünï.txt": "" });
      try {
        const directory = guest.directory();
        const declared = { vm: guest.vm, path: "C:\\Tree", source: source.path, purge: true, exclude: ["*.log"] };
        expect(await directory.up(declared)).toBe("create");
        const brought = ["conf", "conf/Sub Dir", "conf/Sub Dir/ünï.txt", "conf/a.ini", "readme.txt"];
        expect(pathsBelow(guest.at("Tree"))).toEqual(brought);
        expect(readFileSync(guest.at("Tree/readme.txt"), "utf8")).toBe("one\r\n");

        writeFileSync(guest.at("Tree/conf/a.ini"), "tampered");
        mkdirSync(guest.at("Tree/foreign"));
        writeFileSync(guest.at("Tree/foreign/x.txt"), "x");
        writeFileSync(guest.at("Tree/conf/app.log"), "kept");
        const said = (await directory.differences(declared)).join("\n");
        expect(said).toMatch(/conf.a\.ini/);
        expect(said).toContain("foreign");
        expect(await directory.up(declared)).toBe("update");
        expect(pathsBelow(guest.at("Tree"))).toEqual([...brought, "conf/app.log"].sort());
        expect(readFileSync(guest.at("Tree/conf/a.ini"), "utf8")).toBe("a=1\n");

        source.write("conf/a.ini", "a=2\n");
        rmSync(source.at("readme.txt"));
        expect(await directory.up(declared)).toBe("update");
        expect(readFileSync(guest.at("Tree/conf/a.ini"), "utf8")).toBe("a=2\n");
        expect(existsSync(guest.at("Tree/readme.txt"))).toBe(false);
        await directory.up({ ...declared, recursiveDelete: true });
        await directory.destroy();
        expect(existsSync(guest.at("Tree"))).toBe(false);
      } finally {
        source.remove();
      }
    },
  );
});
