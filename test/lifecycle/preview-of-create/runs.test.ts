import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";

/** What the preview of a program run tells that has not been done yet. */
inOneGuest((guest) => {
  const ahead = async (inputs: object) => {
    const run = guest.run();
    expect(await run.preview({ vm: guest.vm, ...inputs })).toBe("create");
    return run.said;
  };

  guest.rule("what it needs and does not find is told", async () => {
    const told = await Promise.all([
      ahead({ program: "/opt/missing/tool" }),
      ahead({ script: "true", interpreter: "/opt/missing/python" }),
      ahead({ create: { program: "/opt/missing/other" } }),
      ahead({ script: "true", workingDirectory: "/opt/missing" }),
      ahead({ script: "true", runAs: "nobody-here" }),
    ]);
    expect(told).toEqual([
      expect.stringContaining("/opt/missing/tool is not there"),
      expect.stringContaining("/opt/missing/python is not there"),
      expect.stringContaining("/opt/missing/other is not there"),
      expect.stringContaining("the working directory /opt/missing is not there"),
      expect.stringContaining('there is no user "nobody-here"'),
    ]);
    for (const said of told) expect(said).toContain("As things are now, making it fails.");
  });

  guest.rule("one that finds all that it needs is told nothing of, and is not run", async () => {
    expect(await ahead({ script: "touch /srv/has-run", workingDirectory: "/srv", runAs: "root" })).toBe("");
    expect(await ahead({ program: "/bin/sh", arguments: ["-c", "touch /srv/has-run"] })).toBe("");
    expect(existsSync(guest.at("/srv/has-run"))).toBe(false);
  });

  guest.rule("a guard that keeps it from running is told, which is no warning", async () => {
    writeFileSync(guest.at("/srv/installed"), "");
    const told = await Promise.all([
      ahead({ program: "/opt/missing/tool", creates: "/srv/installed" }),
      ahead({ script: "true", removes: "/srv/pending" }),
      ahead({ script: "true", unless: "test -e /srv/installed" }),
    ]);
    expect(told).toEqual([
      expect.stringContaining("the program will not be run, since /srv/installed is there in the guest"),
      expect.stringContaining("the program will not be run, since /srv/pending is absent in the guest"),
      expect.stringContaining("the program will not be run, since the unless command exits 0"),
    ]);
    for (const said of told) expect(said).not.toMatch(/warning|fails/);
    expect(await ahead({ script: "true", creates: "/srv/not-installed" })).toBe("");
  });

  guest.rule("what the same program brings about is not missed", async () => {
    const [file, tree, first, second, check] = [
      guest.file(),
      guest.directory(),
      guest.run(),
      guest.run(),
      guest.check(),
    ];
    mkdirSync(guest.at("/srv/adopted"));
    chmodSync(guest.at("/srv/adopted"), 0o755);
    await guest.together(async () => {
      await file.previewWithin({ vm: guest.vm, path: "/srv/new/tool", content: "", createParents: true });
      await tree.previewWithin({ vm: guest.vm, path: "/srv/tools", source: __dirname });
      await first.previewWithin({
        vm: guest.vm,
        program: "/srv/new/tool",
        workingDirectory: "/srv/new",
        creates: "/srv/made-by-run",
      });
      await second.previewWithin({ vm: guest.vm, program: "/srv/tools/bin/tool" });
      await check.previewWithin({ vm: guest.vm, paths: { "/srv/made-by-run": "present", "/srv/new": "directory" } });
    });
    for (const one of [file, tree, first, second, check]) expect(one.said).toBe("");
  });
});
