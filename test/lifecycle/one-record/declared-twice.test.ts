import { existsSync, mkdirSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import type { DeployedResource } from "../stack";
import type { Properties } from "../host";
import { sourceDirectory } from "./source-directory";

inOneGuest((guest) => {
  const path = (name: string) => `/srv/twice/${name}`;
  beforeAll(() => mkdirSync(guest.at("/srv/twice"), { recursive: true }));

  /** What the second of two resources of one program is told. */
  async function told(first: [DeployedResource, Properties], second: [DeployedResource, Properties]): Promise<string> {
    return guest.together(async () => {
      await first[0].upWithin({ vm: guest.vm, ...first[1] });
      return second[0].upWithin({ vm: guest.vm, ...second[1] }).then(
        () => "",
        (error: unknown) => String(error),
      );
    });
  }

  guest.rule("two files of one path are an error that names both, in whatever notation", async () => {
    const [one, other] = [guest.file(), guest.file()];
    const error = await told(
      [one, { path: path("same"), content: "one" }],
      [other, { path: "/srv//twice/./same", content: "other" }],
    );
    expect(error).toContain(
      `vm-1 ${path("same")}: GuestFile "${one.name}" and GuestFile "${other.name}" both declare it`,
    );
  });

  guest.rule("the machine may be named in two ways", async () => {
    const [one, other] = [guest.file(), guest.directory()];
    const { moid } = guest.simulator.vm(guest.vm);
    const error = await told([one, { path: path("kinds"), content: "x" }], [other, { path: path("kinds"), vm: moid }]);
    expect(error).toMatch(/GuestFile ".*" and GuestDirectory ".*" both declare it/);
  });

  guest.rule("two records of one path that are there already are told in a preview", async () => {
    const [one, other] = [guest.file(), guest.file()];
    const declared = { vm: guest.vm, path: path("recorded"), content: "x" };
    await one.up(declared);
    await other.up(declared);
    const error = await guest.together(async () => {
      await one.previewWithin(declared);
      return other.previewWithin(declared).catch(String);
    });
    expect(error).toContain("both declare it");
  });

  guest.rule("a file that a tree brings, or purges, is declared twice", async () => {
    const source = sourceDirectory({ "a.txt": "a" });
    const tree = { path: path("tree"), source };
    const brought = { path: path("tree/a.txt"), content: "mine" };
    expect(await told([guest.directory(), tree], [guest.file(), brought])).toContain("tree/a.txt: GuestDirectory");
    const purging = { path: path("purged"), source, purge: true };
    const purged = { path: path("purged/other.txt"), content: "mine" };
    expect(await told([guest.directory(), purging], [guest.file(), purged])).toContain(
      "purged/other.txt: GuestDirectory",
    );
    expect(existsSync(guest.at(path("purged/other.txt")))).toBe(false);
  });

  guest.rule("a file that a tree leaves out, or does not have, is not", async () => {
    const source = sourceDirectory({ "a.txt": "a" });
    const purging = { path: path("excluding"), source, purge: true, exclude: ["*.log"] };
    expect(
      await told([guest.directory(), purging], [guest.file(), { path: path("excluding/x.log"), content: "x" }]),
    ).toBe("");
    const beside = { path: path("beside"), source };
    expect(await told([guest.directory(), beside], [guest.file(), { path: path("beside/b.txt"), content: "x" }])).toBe(
      "",
    );
  });

  guest.rule("a file that moves away and another that takes its place are not", async () => {
    const [one, other] = [guest.file(), guest.file()];
    await one.up({ vm: guest.vm, path: path("taken"), content: "one" });
    const moved = { path: path("moved"), content: "one" };
    expect(await told([one, moved], [other, { path: path("taken"), content: "other" }])).toBe("");
  });
});
