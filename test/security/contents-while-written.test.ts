import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inAttackedGuest } from "./attacked-guest";
import { Neighbour } from "./neighbour";

const marker = "TOP-SECRET";
/** It comes in pieces, slowly enough that the reader has hundreds of tries. */
const content = `${marker}\n`.repeat(20_000);
const bytesPerSecond = 200_000;

/** A file that others may not read can't be read by them while it is written either. */
inAttackedGuest((guest) => {
  let number = 0;
  let directory = "";
  const at = (name: string) => guest.at(`${directory}/${name}`);
  const modeOf = (name: string) => (statSync(at(name)).mode & 0o777).toString(8);

  beforeEach(async () => {
    directory = `/srv/written-${++number}`;
    mkdirSync(guest.at(directory), { mode: 0o755 });
    await guest.host.begin();
    guest.simulator.disturbTransfer({ method: "PUT", bytesPerSecond, times: 100 });
  });
  afterEach(() => guest.simulator.clearDisturbances());

  /** What Eve reads of everything in the directory, and beside it, while `work` goes on. */
  const readMeanwhile = (work: () => Promise<unknown>) =>
    new Neighbour(guest).meanwhile(
      `find ${directory} -type f -size +0 | while read -r file; do cat "$file" && echo "READ $file"; done`,
      work,
    );
  const declared = (more: object = {}) => ({ vm: guest.vm, path: `${directory}/conf`, content, ...more });

  test("the reader gets what everybody may read, as it is written", async () => {
    const read = await readMeanwhile(() => guest.file().upWithin(declared({ mode: "0644" })));
    expect(read).toMatch(/READ .*\.pulumi/);
  });

  for (const [what, more] of [
    ["a narrow mode", { mode: "0600" }],
    ["a mode for a group", { mode: "0640" }],
    ["an owner", { mode: "0400", owner: "root" }],
    ["validateCommand", { mode: "0600", validateCommand: "test -f {path}" }],
  ] as const) {
    test(`a new file with ${what}`, async () => {
      expect(await readMeanwhile(() => guest.file().upWithin(declared(more)))).not.toContain(marker);
      expect(modeOf("conf")).toBe(more.mode.slice(1));
    });
  }

  test("a file that keeps the mode of what it replaces", async () => {
    writeFileSync(at("conf"), "before", { mode: 0o600 });
    expect(await readMeanwhile(() => guest.file().upWithin(declared()))).not.toContain(marker);
    expect(modeOf("conf")).toBe("600");
  });

  test("a secret without a mode is nobody else's, which the preview tells", async () => {
    const file = guest.file();
    await file.previewWithin(declared(), ["content"]);
    expect(file.said).toContain("conf: is made with mode 0600, since its content is secret");
    expect(await readMeanwhile(() => file.upWithin(declared(), ["content"]))).not.toContain(marker);
    expect(modeOf("conf")).toBe("600");
    await guest.host.begin();
    expect(await file.up(declared(), ["content"])).toBe("same");
    chmodSync(at("conf"), 0o640);
    expect(await file.up(declared(), ["content"])).toBe("same");
    expect(await file.up(declared({ content: "another" }), ["content"])).toBe("update");
    expect(modeOf("conf")).toBe("640");
  });

  test("the files of a tree, and the archive in which they come", async () => {
    const source = mkdtempSync(join(tmpdir(), "written-"));
    try {
      // What does not compress takes its time.
      const lines = Array.from({ length: 40 }, (_, index) => `${marker} ${Math.sin(index)}`).join("\n");
      for (let index = 0; index < 40; index++) writeFileSync(join(source, `f${index}`), lines + String(index));
      const tree = { vm: guest.vm, path: `${directory}/tree`, source, fileMode: "0600" };
      expect(await readMeanwhile(() => guest.directory().upWithin(tree))).not.toMatch(/READ|TOP-SECRET/);
      expect(readdirSync(at("tree"))).toHaveLength(40);
      expect(modeOf("tree/f1")).toBe("600");
    } finally {
      rmSync(source, { recursive: true });
    }
  });

  test("the backup of what was there before", async () => {
    writeFileSync(at("conf"), content, { mode: 0o600 });
    const backed = declared({ content: "ours", mode: "0644", backup: { suffix: ".orig" } });
    expect(await readMeanwhile(() => guest.file().upWithin(backed))).not.toContain(marker);
    expect([modeOf("conf.orig"), existsSync(at("conf"))]).toEqual(["600", true]);
  });
});
