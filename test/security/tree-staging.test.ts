import { chownSync, mkdirSync, readdirSync } from "node:fs";
import { LocalTree } from "../lifecycle/guest-directory/local-tree";
import { inAttackedGuest } from "./attacked-guest";
import { eve, Neighbour } from "./neighbour";

const marker = "TOP-SECRET";
/** So many that the deploy takes its time. */
const names = Array.from({ length: 60 }, (_, index) => `conf/f${index}`);

/** A tree comes into a directory that another user owns: he may rename, link and squat in it at any moment. */
inAttackedGuest((guest) => {
  let number = 0;
  const source = new LocalTree(Object.fromEntries(names.map((name) => [name, `${marker} ${name}\n`])));
  afterAll(() => source.remove());

  /** Deploys the tree several times while Eve runs the lines; a deploy may be refused. Resolves to what she has read. */
  async function deployBeside(lines: (web: string) => string): Promise<{ read: string; outside: string[] }> {
    const web = `/srv/web-${++number}`;
    const victim = `/srv/victim-${number}`;
    for (const directory of [web, `${web}/conf`]) {
      mkdirSync(guest.at(directory));
      chownSync(guest.at(directory), eve.uid, eve.gid);
    }
    mkdirSync(guest.at(victim), { mode: 0o755 });
    await guest.host.begin();
    const read = await new Neighbour(guest).meanwhile(lines(web).replaceAll("VICTIM", victim), async () => {
      for (let round = 0; round < 8; round++) {
        const declared = { vm: guest.vm, path: web, source: source.path, fileMode: "0600", directoryMode: "0700" };
        const tree = guest.directory();
        await tree.upWithin(declared).catch(() => undefined);
        await tree.destroyWithin().catch(() => undefined);
      }
    });
    return { read, outside: readdirSync(guest.at(victim)) };
  }

  test("who swaps the staging directory reads nothing of it, and sends nothing elsewhere", async () => {
    const { read, outside } = await deployBeside(
      (web) => `
for stage in ${web}/.vsphere-guest-stage-????????; do
  [ -d "$stage" ] && [ ! -L "$stage" ] && mv "$stage" "$stage.gone" && ln -s VICTIM "$stage" && cat VICTIM/*/*/*
done`,
    );
    expect(read).not.toContain(marker);
    expect(outside).toEqual([]);
  });

  test("who flips a directory and a link gets no file of it out of the tree", async () => {
    const { read, outside } = await deployBeside(
      (web) => `
mv ${web}/conf ${web}/real && ln -s VICTIM ${web}/conf
cat VICTIM/*
rm -f ${web}/conf; mv ${web}/real ${web}/conf`,
    );
    expect(read).not.toContain(marker);
    expect(outside).toEqual([]);
  });
});
