import { chmodSync, chownSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";

const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];

inOneGuest(
  (guest) => {
    const declared = (name: string, more: object) => ({ vm: guest.vm, path: `/srv/${name}`, content: "x\n", ...more });
    const modeOf = (name: string) => (statSync(guest.at(`/srv/${name}`)).mode & 0o7777).toString(8);
    const ownerOf = (name: string) => [statSync(guest.at(`/srv/${name}`)).uid, statSync(guest.at(`/srv/${name}`)).gid];

    guest.rule("owner and group by name or number, and the mode, are set, held and changed in place", async () => {
      const [named, numbered] = [guest.file(), guest.file()];
      const byName = declared("named", { owner: "app", group: "1001", mode: "4750" });
      const byNumber = declared("numbered", { owner: 1001, group: "app", mode: "640" });
      await Promise.all([named.up(byName), numbered.up(byNumber)]);
      expect([ownerOf("named"), modeOf("named")]).toEqual([[1001, 1001], "4750"]);
      expect([ownerOf("numbered"), modeOf("numbered")]).toEqual([[1001, 1001], "640"]);

      chownSync(guest.at("/srv/named"), 0, 0);
      chmodSync(guest.at("/srv/named"), 0o600);
      await named.up(byName);
      const { said } = named;
      expect(said).toContain("mode is 0600 in the guest, wanted 4750");
      expect(said).toContain("owner is 0 in the guest, wanted app");
      expect(said).toContain("group is 0 in the guest, wanted 1001");
      expect([ownerOf("named"), modeOf("named")]).toEqual([[1001, 1001], "4750"]);

      const { ino } = statSync(guest.at("/srv/numbered"));
      expect(await numbered.up({ ...byNumber, owner: "root", group: 0, mode: "0600" })).toBe("update");
      expect([ownerOf("numbered"), modeOf("numbered")]).toEqual([[0, 0], "600"]);
      expect(statSync(guest.at("/srv/numbered")).ino).toBe(ino);
    });

    guest.rule("an account that the guest does not have is named", async () => {
      await expect(guest.file().up(declared("nobody", { owner: "nosuch" }))).rejects.toThrow(/nosuch/);
    });

    guest.rule("what is not declared is left alone, also by a new content", async () => {
      const file = guest.file();
      await file.up(declared("free", { mode: "0640" }));
      chownSync(guest.at("/srv/free"), 1001, 0);
      expect(await file.up(declared("free", {}))).toBe("update");
      expect(await file.up(declared("free", { content: "two\n" }))).toBe("update");
      expect([ownerOf("free"), modeOf("free")]).toEqual([[1001, 0], "640"]);
    });

    guest.rule("a modification time is set and held", async () => {
      const file = guest.file();
      const inputs = declared("dated", { modificationTime: "2020-02-02T03:02:02.5+01:00" });
      await file.up(inputs);
      expect(statSync(guest.at("/srv/dated")).mtime.toISOString()).toBe("2020-02-02T02:02:02.000Z");
      utimesSync(guest.at("/srv/dated"), 5, 5);
      await file.up(inputs);
      expect(file.said).toContain("modificationTime is 1970-01-01");
      expect(statSync(guest.at("/srv/dated")).mtime.toISOString()).toBe("2020-02-02T02:02:02.000Z");
      expect(readFileSync(guest.at("/srv/dated"), "utf8")).toBe("x\n");
    });

    guest.rule("those of Windows are refused", async () => {
      const refused = guest.file().up(declared("hidden", { hidden: true }));
      await expect(refused).rejects.toThrow("hidden cannot be set in a POSIX guest");
    });
  },
  { guestUsers },
);

describe("in a Windows guest", () => {
  inOneGuest(
    (guest) => {
      const declared = (more: object) => ({ vm: guest.vm, path: "C:\\app.ini", content: "[app]\r\n", ...more });

      guest.rule(
        "hidden and read-only are set, held and changed in place; a read-only file is changed and removed",
        async () => {
          const [file, other] = [guest.file(), guest.file()];
          await file.up(declared({ hidden: true, readOnly: true }));
          await other.up(declared({ content: "[other]\r\n", hidden: false, readOnly: false }));
          await file.up(declared({ hidden: true, readOnly: true }));
          const { said } = file;
          expect(said).toContain("hidden is false in the guest, wanted true");
          expect(said).toContain("readOnly is false in the guest, wanted true");
          expect(readFileSync(guest.at("/app.ini"), "utf8")).toBe("[app]\r\n");
          expect(await file.up(declared({ hidden: false, readOnly: true, content: "" }))).toBe("update");
          await file.destroy();
          expect(statSync(guest.at("/app.ini"), { throwIfNoEntry: false })).toBeUndefined();
        },
      );

      guest.rule("those of POSIX are refused", async () => {
        writeFileSync(guest.at("/other.ini"), "old");
        const refused = guest.file().up(declared({ path: "C:\\other.ini", mode: "0644", owner: "root" }));
        await expect(refused).rejects.toThrow("mode, owner cannot be set in a Windows guest");
        expect(readFileSync(guest.at("/other.ini"), "utf8")).toBe("old");
      });
    },
    { os: "windows" },
  );
});
