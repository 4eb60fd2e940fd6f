import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { inOneGuest } from "../one-guest";

const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];

inOneGuest(
  (guest) => {
    const declared = (name: string, more: object = {}) => ({ vm: guest.vm, path: `/srv/${name}`, ...more });
    const at = (name: string) => guest.at(`/srv/${name}`);
    const found = (name: string) => {
      const { mode, uid, gid } = statSync(at(name));
      return [(mode & 0o7777).toString(8), uid, gid];
    };

    guest.rule("mode, owner and group are set, held and changed in place; what is in it is left alone", async () => {
      const directory = guest.directory();
      const inputs = declared("held", { mode: "2750", owner: "app", group: 1001 });
      await directory.up(inputs);
      expect(found("held")).toEqual(["2750", 1001, 1001]);
      writeFileSync(at("held/foreign"), "foreign", { mode: 0o604 });
      chownSync(at("held"), 0, 0);
      chmodSync(at("held"), 0o700);
      await directory.up(inputs);
      const { said } = directory;
      for (const line of ["mode is 0700", "owner is 0", "group is 0"]) expect(said).toContain(`${line} in the guest`);
      expect(found("held")).toEqual(["2750", 1001, 1001]);
      expect(await directory.up(declared("held", { mode: "0755", owner: 0, group: "root" }))).toBe("update");
      expect([found("held"), found("held/foreign")[0]]).toEqual([["755", 0, 0], "604"]);
    });

    guest.rule("what is not declared is left alone; a lost directory is made again", async () => {
      const directory = guest.directory();
      await directory.up(declared("free"));
      chmodSync(at("free"), 0o711);
      expect(await directory.preview(declared("free"))).toBe("same");
      rmSync(at("free"), { recursive: true });
      await directory.up(declared("free"));
      expect(directory.said).toContain("/srv/free: absent in the guest");
      expect(found("free")).toEqual(["755", 0, 0]);
      await directory.destroy();
      expect(existsSync(at("free"))).toBe(false);
    });

    guest.rule("parents are made when asked, with their mode, and go with it when they are empty", async () => {
      const directory = guest.directory();
      await expect(directory.up(declared("a/b/c"))).rejects.toThrow(/\/srv\/a/);
      const inputs = declared("a/b/c", { createParents: true, parentMode: "0711", mode: "0700" });
      await directory.up(inputs);
      expect([found("a")[0], found("a/b")[0], found("a/b/c")[0]]).toEqual(["711", "711", "700"]);
      rmSync(at("a"), { recursive: true });
      expect(await directory.up(inputs)).toBe("update");
      writeFileSync(at("a/foreign"), "");
      await directory.destroy();
      expect(readdirSync(at("a"))).toEqual(["foreign"]);
    });

    guest.rule("onExists refuses or adopts what is there; what was adopted is left when it is destroyed", async () => {
      mkdirSync(at("there"), { mode: 0o700 });
      writeFileSync(at("there/foreign"), "");
      await expect(guest.directory().up(declared("there", { onExists: "error" }))).rejects.toThrow(
        /onExists is "error"/,
      );
      const directory = guest.directory();
      await directory.up(declared("there", { onExists: "adopt" }));
      expect(found("there")[0]).toBe("700");
      await directory.destroy();
      expect(readdirSync(at("there"))).toEqual(["foreign"]);
    });

    guest.rule("one that is not empty is removed with recursiveDelete only, one that was adopted too", async () => {
      const directory = guest.directory();
      await directory.up(declared("full"));
      writeFileSync(at("full/foreign"), "foreign");
      await expect(directory.destroy()).rejects.toThrow(/did not make.*set recursiveDelete: true/);
      expect(existsSync(at("full/foreign"))).toBe(true);
      const adopting = guest.directory();
      await adopting.up(declared("full", { recursiveDelete: true }));
      mkdirSync(at("outside"));
      writeFileSync(at("outside/kept"), "");
      symlinkSync("../outside", at("full/link"));
      await adopting.destroy();
      expect(existsSync(at("full"))).toBe(false);
      expect(readdirSync(at("outside"))).toEqual(["kept"]);
    });

    guest.rule("something else in its place is refused, and never removed", async () => {
      writeFileSync(at("taken"), "a file");
      await expect(guest.directory().up(declared("taken"))).rejects.toThrow("is a file in the guest");
      const directory = guest.directory();
      await directory.up(declared("linked", { recursiveDelete: true }));
      rmSync(at("linked"), { recursive: true });
      mkdirSync(at("elsewhere"));
      writeFileSync(at("elsewhere/kept"), "");
      symlinkSync("elsewhere", at("linked"));
      await expect(directory.up(declared("linked", { recursiveDelete: true }))).rejects.toThrow(
        "is a symlink in the guest",
      );
      await directory.destroy().catch(() => undefined);
      expect(readdirSync(at("elsewhere"))).toEqual(["kept"]);
    });

    guest.rule("the root, a drive's root and homes are refused before anything is touched", async () => {
      const paths = ["/", "/root", "/home", "/home/app/", "C:\\", "D:/", "C:\\Users", "c:\\users\\ada"];
      for (const path of paths) {
        const { failures } = await guest.together(() =>
          guest.host.check({ kind: "GuestDirectory", inputs: { vm: guest.vm, path, recursiveDelete: true } }),
        );
        expect(failures).toMatchObject([
          { property: "path", reason: expect.stringMatching(/^must not be (the root|a home)/) },
        ]);
      }
    });

    guest.rule("another machine or path replaces it; an import takes over what is there", async () => {
      const directory = guest.directory();
      await directory.up(declared("first"));
      expect(await directory.up(declared("second", { onExists: "error" }))).toBe("replace");
      expect([existsSync(at("first")), existsSync(at("second"))]).toEqual([false, true]);
      const { id = "" } = directory.recorded ?? {};
      const imported = guest.directory();
      imported.recorded = await guest.together(() => guest.host.read("GuestDirectory", { id, inputs: {}, state: {} }));
      expect(imported.recorded).toMatchObject({ id, inputs: { vm: guest.vm, path: "/srv/second" } });
      expect(await imported.up(declared("second"))).toBe("same");
      await imported.destroy();
      expect(existsSync(at("second"))).toBe(true);
    });
  },
  { guestUsers },
);
