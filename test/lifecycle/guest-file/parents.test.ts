import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  const declared = (path: string, more: object = {}) => ({
    vm: guest.vm,
    path: `/srv/${path}`,
    content: path,
    ...more,
  });
  const modeOf = (path: string) => (statSync(guest.at(`/srv/${path}`)).mode & 0o7777).toString(8);

  guest.rule("are not made unless asked", async () => {
    await expect(guest.file().up(declared("none/conf"))).rejects.toThrow(/createParents/);
    expect(existsSync(guest.at("/srv/none"))).toBe(false);
  });

  guest.rule(
    "are made with their mode when asked, are shared, and go with the last file; what was there stays",
    async () => {
      mkdirSync(guest.at("/srv/there"), { mode: 0o700 });
      const [a, b] = [guest.file(), guest.file()];
      const asked = { createParents: true, parentMode: "0711" };
      await guest.together(() =>
        Promise.all([
          a.upWithin(declared("there/made/deep/a", asked)),
          b.upWithin(declared("there/made/deep/b", asked)),
        ]),
      );
      expect([modeOf("there"), modeOf("there/made"), modeOf("there/made/deep")]).toEqual(["700", "711", "711"]);
      expect(await a.up(declared("there/made/deep/a", { ...asked, content: "new" }))).toBe("update");
      await a.destroy();
      expect(existsSync(guest.at("/srv/there/made/deep/b"))).toBe(true);
      await b.destroy();
      expect(existsSync(guest.at("/srv/there/made"))).toBe(false);
      expect(existsSync(guest.at("/srv/there"))).toBe(true);
    },
  );

  guest.rule(
    "have mode 0755 where none is declared, come back with the file, and stay when others use them",
    async () => {
      const file = guest.file();
      const inputs = declared("usual/deep/conf", { createParents: true });
      await file.up(inputs);
      expect([modeOf("usual"), modeOf("usual/deep")]).toEqual(["755", "755"]);
      rmSync(guest.at("/srv/usual"), { recursive: true });
      expect(await file.up(inputs)).toBe("update");
      mkdirSync(guest.at("/srv/usual/foreign"));
      await file.destroy();
      expect(readdirSync(guest.at("/srv/usual"))).toEqual(["foreign"]);
    },
  );
});
