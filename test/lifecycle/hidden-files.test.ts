import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { inOneGuest, type OneGuest } from "./one-guest";

const app = { guest: { username: "app", password: "app" } };
const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];
let number = 0;

/** A directory that `app` may list and write, and in it a file of root's that it may not open: Tools don't list it. */
function withHidden(guest: OneGuest) {
  const directory = `/srv/hiding-${++number}`;
  const at = (name: string) => guest.at(`${directory}/${name}`);
  mkdirSync(guest.at(directory));
  chownSync(guest.at(directory), 1001, 1001);
  writeFileSync(at("hidden"), "theirs\n", { mode: 0o600 });
  return {
    path: `${directory}/hidden`,
    at,
    text: () => readFileSync(at("hidden"), "utf8"),
    declared: (more: object = {}) => ({ vm: guest.vm, path: `${directory}/hidden`, content: "one\n", ...app, ...more }),
  };
}

/** A file that the guest login may not open is never taken for absent, wherever absence decides something. */
inOneGuest(
  (guest) => {
    guest.rule("a check tells it as there, with what can be told of it", async () => {
      const { path } = withHidden(guest);
      const check = guest.check();
      await expect(check.up({ vm: guest.vm, ...app, paths: { [path]: "absent" } })).rejects.toThrow(
        /hidden +to be absent +is a file/,
      );
      const all = { [path]: { type: "file", mode: "0600", owner: 0 }, [`${path}.none`]: "absent" };
      await guest.check().up({ vm: guest.vm, ...app, paths: all });
      const content = { [path]: { sha256: "0".repeat(64) } };
      await expect(guest.check().up({ vm: guest.vm, ...app, paths: content })).rejects.toThrow(
        /hidden sha256 .*can't be read by the guest login/,
      );
    });

    guest.rule(
      "a check tells a path whose directory it can't look into in its row, and all others in theirs",
      async () => {
        const directory = `/srv/closed-${++number}`;
        mkdirSync(guest.at(directory), { mode: 0o700 });
        writeFileSync(guest.at(`${directory}/inside`), "");
        const check = guest.check();
        const paths = { [`${directory}/inside`]: "present", [`${directory}/none`]: "absent", [directory]: "directory" };
        await check.up({ vm: guest.vm, ...app, onFailure: "warn", paths });
        const report = check.state["report"] as { subject: string; found: string; met: boolean }[];
        const rows = Object.fromEntries(report.map(({ subject, found, met }) => [subject, `${met} ${found}`]));
        expect(rows[directory]).toBe("true is a directory");
        for (const name of ["inside", "none"]) expect(rows[`${directory}/${name}`]).toMatch(/^false can't be told/);
      },
    );

    guest.rule(
      "onExists: error refuses it, adopt says that it can't be read, and neither changes anything",
      async () => {
        const { at, text, declared } = withHidden(guest);
        await expect(guest.file().up(declared({ onExists: "error" }))).rejects.toThrow(/there already, and onExists/);
        await expect(guest.file().up(declared())).rejects.toThrow(/may not read/);
        await expect(guest.file().up(declared({ backup: { suffix: ".orig" } }))).rejects.toThrow(/may not read/);
        expect(text()).toBe("theirs\n");
        expect(existsSync(at("hidden.orig"))).toBe(false);
      },
    );

    guest.rule("onExists: overwrite, which says so, replaces it; it is not taken for made here", async () => {
      const { text, declared } = withHidden(guest);
      const file = guest.file();
      await file.up(declared({ onExists: "overwrite" }));
      expect(text()).toBe("one\n");
      await file.destroy();
      expect(text()).toBe("one\n");
    });

    guest.rule("that took the place of ours is drift, told and repaired", async () => {
      const { at, text, declared } = withHidden(guest);
      rmSync(at("hidden"));
      const file = guest.file();
      await file.up(declared());
      rmSync(at("hidden"));
      writeFileSync(at("hidden"), "theirs\n", { mode: 0o600 });
      expect(await file.preview(declared())).toBe("update");
      expect(file.said).toContain("the guest login may not read it");
      await file.up(declared());
      expect(text()).toBe("one\n");
    });

    guest.rule("creates finds it and does not run, removes finds it and runs", async () => {
      const { path, at } = withHidden(guest);
      const run = (more: object) => guest.run().up({ vm: guest.vm, ...app, script: `echo >> ${path}.ran`, ...more });
      await run({ creates: path });
      expect(existsSync(at("hidden.ran"))).toBe(false);
      await run({ removes: `${path}.none` });
      expect(existsSync(at("hidden.ran"))).toBe(false);
      await run({ removes: path, script: `rm -f ${path}; echo >> ${path}.ran` });
      expect(existsSync(at("hidden.ran"))).toBe(true);
    });

    guest.rule("where it can't be told whether anything is there, that is an error", async () => {
      const { path, at } = withHidden(guest);
      mkdirSync(at("closed"), { mode: 0o700 });
      const inside = path.replace("hidden", "closed/file");
      const refused = guest.run().up({ vm: guest.vm, ...app, script: "true", creates: inside });
      await expect(refused).rejects.toThrow(/closed\/file.*not allowed/);
      const made = guest.file().up({ vm: guest.vm, ...app, path: inside, content: "x" });
      await expect(made).rejects.toThrow(/closed/);
      chmodSync(at("closed"), 0o755);
      expect(existsSync(at("closed/file"))).toBe(false);
    });
  },
  { guestUsers },
);
