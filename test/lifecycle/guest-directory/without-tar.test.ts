import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { inOneGuest, type OneGuest } from "../one-guest";
import { LocalTree, pathsBelow } from "./local-tree";

const files = {
  "index.html": "<p>hi</p>",
  "css/a.css": "a{}",
  "css/b.css": "b{}",
  "deep/er/x.txt": "x",
  "empty.txt": "",
};

const canTakeTarAway = process.getuid?.() === 0 && lstatSync("/bin").isSymbolicLink();
if (!canTakeTarAway) process.stderr.write("SKIPPED: a guest without tar, which needs root and a linked /bin\n");
const whereTarCanGo = canTakeTarAway ? test : test.skip;

inOneGuest((guest) => {
  whereTarCanGo("a guest without tar gets its tree file by file", async () => {
    takeTarAway(guest);
    const source = new LocalTree(files);
    try {
      const [run, directory] = [guest.run(), guest.directory()];
      const inputs = { vm: guest.vm, path: "/srv/site", source: source.path, fileMode: "0640" };
      await guest.host.begin();
      await run.upWithin({ vm: guest.vm, script: "command -v tar || echo no tar", interpreter: "sh" });
      expect(run.state).toMatchObject({ stdout: "no tar" });
      guest.simulator.clearCalls();
      await directory.upWithin(inputs);
      expect(guest.simulator.calls.filter(({ method }) => method === "PUT").length).toBeGreaterThan(3);
      expect(pathsBelow(guest.at("/srv/site"))).toEqual(pathsBelow(source.path));
      for (const [path, text] of Object.entries(files)) {
        expect(readFileSync(guest.at(`/srv/site/${path}`), "utf8")).toBe(text);
      }
      expect(readdirSync(guest.at("/srv"))).toEqual(["site"]);
      rmSync(guest.at("/srv/site/css"), { recursive: true });
      rmSync(guest.at("/srv/site/deep"), { recursive: true });
      expect(await directory.up(inputs)).toBe("update");
      expect(pathsBelow(guest.at("/srv/site"))).toEqual(pathsBelow(source.path));
    } finally {
      source.remove();
    }
  });
});

/**
 * In this guest `/bin` is a directory of its own, whose shells know all programs but tar. Guests share the machine's
 * `/usr`, so it stays as it is; `/bin` is a link of the guest's own where the machine's is one.
 */
function takeTarAway(guest: OneGuest): void {
  rmSync(guest.at("/bin"));
  mkdirSync(guest.at("/bin"));
  mkdirSync(guest.at("/opt/programs"));
  for (const name of readdirSync("/usr/bin").filter((name) => name !== "tar")) {
    symlinkSync(`/usr/bin/${name}`, guest.at(`/opt/programs/${name}`));
  }
  for (const shell of ["sh", "bash"]) {
    const script = `#!/usr/bin/${shell}\nPATH=/opt/programs exec /usr/bin/${shell} "$@"\n`;
    writeFileSync(guest.at(`/bin/${shell}`), script, { mode: 0o755 });
  }
}
