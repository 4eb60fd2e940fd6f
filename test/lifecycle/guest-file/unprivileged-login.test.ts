import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { inOneGuest, type OneGuest } from "../one-guest";

const app = { guest: { username: "app", password: "app" } };
const shared = 2002;
const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, groups: [shared], home: "/home/app" }];
let number = 0;

/** A directory of `app`'s own, and a GuestFile's inputs for `conf` in it. */
function appsDirectory(guest: OneGuest) {
  const directory = `/srv/apps-${++number}`;
  const at = (name: string) => guest.at(`${directory}/${name}`);
  mkdirSync(guest.at(directory));
  chownSync(guest.at(directory), 1001, 1001);
  return {
    directory,
    at,
    textOf: (name: string) => readFileSync(at(name), "utf8"),
    modeOf: (name: string) => (statSync(at(name)).mode & 0o7777).toString(8),
    ownerOf: (name: string) => [statSync(at(name)).uid, statSync(at(name)).gid],
    declared: (more: object = {}) => ({ vm: guest.vm, path: `${directory}/conf`, content: "one\n", ...app, ...more }),
  };
}

/** What a guest login that is not root can and can't do, and how that is told. */
inOneGuest(
  (guest) => {
    for (const mode of ["0000", "0200"]) {
      guest.rule(
        `a file of mode ${mode}, which its own login may not open, is made, held, changed and removed`,
        async () => {
          const { directory, at, textOf, modeOf, declared } = appsDirectory(guest);
          const file = guest.file();
          expect(await file.up(declared({ mode }))).toBe("create");
          expect([textOf("conf"), Number(modeOf("conf"))]).toEqual(["one\n", Number(mode)]);
          expect(await file.up(declared({ mode }))).toBe("same");
          chmodSync(at("conf"), 0o644);
          expect(await file.up(declared({ mode }))).toBe("update");
          writeFileSync(at("conf"), "tampered\n");
          expect(await file.up(declared({ mode }))).toBe("update");
          expect([textOf("conf"), Number(modeOf("conf"))]).toEqual(["one\n", Number(mode)]);
          expect(await file.up(declared({ mode, content: "two\n", driftDetection: "content" }))).toBe("update");
          expect(await file.up(declared({ mode, content: "" }))).toBe("update");
          expect(await file.up(declared({ mode: "0640", content: "two\n" }))).toBe("update");
          expect([textOf("conf"), modeOf("conf")]).toEqual(["two\n", "640"]);
          expect(await file.up(declared({ mode, content: "two\n" }))).toBe("update");
          await file.destroy();
          expect(readdirSync(guest.at(directory))).toEqual([]);
        },
      );
    }

    guest.rule(
      "another's file whose owner is not declared becomes the login's, keeps the group where that may be, and it is said",
      async () => {
        const { at, textOf, modeOf, ownerOf, declared } = appsDirectory(guest);
        const theirs = (gid: number) => {
          rmSync(at("conf"), { force: true });
          writeFileSync(at("conf"), "theirs\n");
          chownSync(at("conf"), 0, gid);
          chmodSync(at("conf"), 0o4664);
        };
        theirs(shared);
        const file = guest.file();
        expect(await file.up(declared())).toBe("create");
        expect([textOf("conf"), ownerOf("conf"), modeOf("conf")]).toEqual(["one\n", [1001, shared], "664"]);
        expect(file.said).toMatch(/conf: belongs to app now, not to 0/);
        theirs(0);
        expect(await file.up(declared())).toBe("update");
        expect([textOf("conf"), ownerOf("conf"), modeOf("conf")]).toEqual(["one\n", [1001, 1001], "664"]);
      },
    );

    guest.rule(
      "another's file whose mode is to be another is made the login's own where its content is declared",
      async () => {
        const { at, textOf, modeOf, ownerOf, declared } = appsDirectory(guest);
        writeFileSync(at("conf"), "one\n");
        chmodSync(at("conf"), 0o664);
        await guest.file().up(declared({ mode: "0640" }));
        expect([textOf("conf"), ownerOf("conf"), modeOf("conf")]).toEqual(["one\n", [1001, 1001], "640"]);
        rmSync(at("conf"));
        writeFileSync(at("conf"), "theirs\n");
        chmodSync(at("conf"), 0o664);
        const refused = guest.file().up({ ...declared({ mode: "0640" }), content: undefined });
        await expect(refused).rejects.toThrow(/conf: app may not change .*mode/);
        expect([textOf("conf"), modeOf("conf")]).toEqual(["theirs\n", "664"]);
      },
    );

    for (const content of ["one\n", ""]) {
      guest.rule(
        `an owner that the login may not give is one clear error after one upload at most (${content.length} bytes)`,
        async () => {
          const { directory, declared } = appsDirectory(guest);
          const file = guest.file();
          for (const wanted of [{ owner: "root" }, { group: "root" }, { owner: 0, group: 0 }]) {
            const failure = String(await file.up(declared({ content, ...wanted })).catch((error: unknown) => error));
            expect(failure).toMatch(/conf: app may not change its (owner|group|owner and group).*[Oo]nly root/s);
            expect(failure).not.toMatch(/disk/);
          }
          expect(readdirSync(guest.at(directory))).toEqual([]);
          expect(await file.up(declared({ content, owner: "app", group: shared }))).toBe("create");
        },
      );
    }

    guest.rule("and a directory with such an owner is not left behind", async () => {
      const { directory } = appsDirectory(guest);
      const made = guest.directory().up({ vm: guest.vm, path: `${directory}/made`, owner: "root", ...app });
      await expect(made).rejects.toThrow(/made: app may not change its owner/);
      expect(existsSync(guest.at(`${directory}/made`))).toBe(false);
    });
  },
  { guestUsers },
);
