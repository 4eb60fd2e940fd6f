import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { inAttackedGuest } from "./attacked-guest";

/** A link's owner chooses the name of what it leads to, and so a part of what `{path}` stands for. */
inAttackedGuest((guest) => {
  let number = 0;
  function linked(name: string) {
    const directory = `/srv/validated-${++number}`;
    mkdirSync(guest.at(directory));
    writeFileSync(guest.at(`${directory}/${name}`), "before");
    symlinkSync(name, guest.at(`${directory}/conf`));
    const declared = { vm: guest.vm, path: `${directory}/conf`, content: "ours", symlinks: "follow" };
    return { declared, at: (one: string) => guest.at(`${directory}/${one}`) };
  }
  const names = ["$(touch pwned)", "`touch pwned`", "x; touch pwned", "a'b\"c $HOME", "-rf"];

  guest.rule("a name is never run as a command", async () => {
    for (const name of names) {
      const { declared, at } = linked(name);
      const validateCommand = `cd "\${TMPDIR:-/tmp}" && test -f {path} && grep -q ours {path}`;
      await guest.file().up({ ...declared, validateCommand });
      expect(readFileSync(at(name), "utf8")).toBe("ours");
      expect([at("pwned"), guest.at("/tmp/pwned"), guest.at("/pwned")].filter(existsSync)).toEqual([]);
    }
  });

  guest.rule(
    "quotes of the user's own around {path}, which would end ours, are refused with the right form",
    async () => {
      const { declared } = linked("$(touch pwned)");
      for (const command of ['test -f "{path}"', "test -f '{path}'", 'sh -c "cat {path}"', `echo 'it'"s {path}"`]) {
        const failures = await guest.together(() => guest.file().failures({ ...declared, validateCommand: command }));
        expect(failures).toEqual([expect.stringMatching(/^validateCommand: must not have \{path\} within quotes/)]);
      }
      const inWindows = { vm: guest.vm, path: "C:\\app\\f", content: "x", validateCommand: 'type "{path}"' };
      expect(await guest.together(() => guest.file().failures(inWindows))).toHaveLength(1);
      for (const command of ["test -f {path}", `echo "a" {path} 'b'`, `echo \\" {path}`, "test -n $(cat {path})"]) {
        expect(await guest.together(() => guest.file().failures({ ...declared, validateCommand: command }))).toEqual(
          [],
        );
      }
    },
  );
});
