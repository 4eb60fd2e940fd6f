import { mkdirSync, writeFileSync } from "node:fs";
import { LocalTree } from "../lifecycle/guest-directory/local-tree";
import { inOneGuest } from "../lifecycle/one-guest";

const commands = "\n::error::owned\n##vso[task.complete result=Failed]\n";
const escapes = "\x1b]52;c;cm0gLXJm\x07\x1b[2J\x9b31m\u202egnp.exe\r";

/** What a guest and a server say reaches terminals and logs, which obey more than people see. */
inOneGuest((guest) => {
  let number = 0;
  let directory = "";
  beforeEach(async () => {
    directory = `/srv/printing-${++number}`;
    mkdirSync(guest.at(directory));
    await guest.host.begin();
  });
  afterEach(() => guest.simulator.clearDisturbances());

  function expectHarmless(text: string, what: string): void {
    expect(text).toContain(what);
    const controls = (text.match(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu) ?? []).filter(
      (one) => one !== "\n" && one !== "\t",
    );
    expect(controls).toEqual([]);
    const obeyed = text.split("\n").filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line));
    expect(obeyed).toEqual([]);
  }
  const failureOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "did not fail",
      (error: unknown) => (error as Error).message,
    );

  test("outputs of programs, in errors and in the log", async () => {
    const script = `printf '%s' "$1" >&2; printf '%s\\n' 'out ${escapes}${commands}'; exit 3`;
    const run = guest.run();
    const declared = {
      vm: guest.vm,
      script: script.replace("$1", `err ${escapes}${commands}`),
      logging: "stdoutAndStderr",
    };
    expectHarmless(await failureOf(run.up(declared)), "err \\x1b]52");
    expectHarmless(run.said, "\\x1b]52");
  });

  test("a file's content, in the difference of a preview", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: `${directory}/conf`, content: "wanted\n" };
    await file.up(declared);
    writeFileSync(guest.at(declared.path), `found ${escapes}${commands}`);
    await file.differences(declared);
    expectHarmless(file.said, "found \\x1b]52");
    // The engine prints what is recorded as it is.
    const recordedHash = file.state["sha256"];
    await guest.host.begin();
    await file.refreshWithin();
    expect(file.state["sha256"]).not.toBe(recordedHash);
    expect(JSON.stringify(file.state)).not.toMatch(/found|::error/);
    expect(await file.up(declared)).toBe("update");
    writeFileSync(guest.at(declared.path), "plain text\r\n");
    await guest.host.begin();
    await file.refreshWithin();
    expect(file.state["content"]).toBe("plain text\r\n");
  });

  test("names of files, in previews, in refusals and beside the resource", async () => {
    const source = new LocalTree({ a: "a\n" });
    try {
      const tree = guest.directory();
      const declared = { vm: guest.vm, path: `${directory}/tree`, source: source.path, purge: true };
      await tree.up(declared);
      const name = `x${commands}${escapes}`.replaceAll("/", "");
      writeFileSync(guest.at(`${directory}/tree/${name}`), "");
      await tree.differences(declared);
      expectHarmless(tree.said, '"x\\n::error::owned');
      const kept = guest.directory();
      await kept.up({ vm: guest.vm, path: `${directory}/kept`, createParents: true });
      mkdirSync(guest.at(`${directory}/kept/${name}`));
      expectHarmless(await failureOf(kept.destroy()), "::error::owned");
    } finally {
      source.remove();
    }
  });

  test("messages of a server", async () => {
    guest.simulator.injectFault({
      method: "ListFilesInGuest",
      fault: "SystemError",
      message: `said ${escapes}${commands}`,
      times: 9,
    });
    const file = guest.file();
    const failure = await failureOf(file.up({ vm: guest.vm, path: `${directory}/x`, content: "x" }));
    // XML itself carries no ESC.
    expectHarmless(failure + file.said, "\\x9b31m");
  });

  test("what a validateCommand says", async () => {
    const declared = {
      vm: guest.vm,
      path: `${directory}/x`,
      content: `bad ${escapes}${commands}`,
      validateCommand: "cat {path} >&2; false",
    };
    expectHarmless(await failureOf(guest.file().up(declared)), "It said: bad \\x1b]52");
  });
});
