import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { inOneGuest } from "../one-guest";
import { LocalTree } from "./local-tree";

const app = { guest: { username: "app", password: "app" } };
const guestUsers = [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }];

/** Trees by a login that is not root's: in an archive from four files on, one by one below. */
inOneGuest(
  (guest) => {
    let number = 0;
    function newTree(count: number) {
      const directory = `/srv/app-${++number}`;
      mkdirSync(guest.at(directory));
      chownSync(guest.at(directory), 1001, 1001);
      const names = Array.from({ length: count }, (_, index) => `f${index}`);
      const source = new LocalTree(Object.fromEntries(names.map((name) => [name, `one ${name}`])));
      const path = `${directory}/tree`;
      const declared = (more: object = {}) => ({ vm: guest.vm, path, source: source.path, ...app, ...more });
      return { directory, names, source, path, declared, at: (name: string) => guest.at(`${path}/${name}`) };
    }

    for (const count of [2, 5]) {
      for (const fileMode of ["0000", "0200"]) {
        guest.rule(
          `${count} files of mode ${fileMode}, which their own login may not open, are made, held, changed and removed`,
          async () => {
            const { directory, names, source, path, declared, at } = newTree(count);
            const tree = guest.directory();
            expect(await tree.up(declared({ fileMode }))).toBe("create");
            for (const name of names) {
              expect([readFileSync(at(name), "utf8"), statSync(at(name)).mode & 0o777]).toEqual([
                `one ${name}`,
                Number.parseInt(fileMode, 8),
              ]);
            }
            chmodSync(at("f0"), 0o644);
            expect(await tree.up(declared({ fileMode }))).toBe("update");
            expect(statSync(at("f0")).mode & 0o777).toBe(Number.parseInt(fileMode, 8));
            source.write("f1", "two");
            expect(await tree.up(declared({ fileMode }))).toBe("update");
            expect(readFileSync(at("f1"), "utf8")).toBe("two");
            await tree.destroy();
            expect([existsSync(guest.at(path)), readdirSync(guest.at(directory))]).toEqual([false, []]);
            source.remove();
          },
        );
      }

      guest.rule(
        `an owner that the login may not give is one clear error, and nothing is left (${count} files)`,
        async () => {
          const { directory, source, declared } = newTree(count);
          for (const wanted of [{ owner: "root" }, { group: "root" }]) {
            const failure = String(
              await guest
                .directory()
                .up(declared(wanted))
                .catch((error: unknown) => error),
            );
            expect(failure).toMatch(/app-\d+\/tree.*may not (change|give).*[Oo]nly root/s);
            expect(failure).not.toMatch(/disk/);
          }
          expect(readdirSync(guest.at(directory))).toEqual([]);
          source.remove();
        },
      );

      guest.rule(`nor in a directory that is there (${count} files)`, async () => {
        const { source, path, declared, at } = newTree(count);
        mkdirSync(guest.at(path));
        chownSync(guest.at(path), 1001, 1001);
        writeFileSync(at("f0"), "theirs");
        chownSync(at("f0"), 1001, 1001);
        const failure = await guest
          .directory()
          .up(declared({ group: "root" }))
          .catch(String);
        expect(failure).toMatch(/may not (change|give).*[Oo]nly root/s);
        expect([readdirSync(guest.at(path)), readFileSync(at("f0"), "utf8")]).toEqual([["f0"], "theirs"]);
        source.remove();
      });
    }
  },
  { guestUsers },
);
