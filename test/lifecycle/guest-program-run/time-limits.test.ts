import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

/** A run that takes too long is ended with everything that it has started. */
inOneGuest((guest) => {
  let trees = 0;
  /** A tree of four: a shell that tells its pid, a child that does so too, and what they wait for. */
  const newTree = () => {
    const file = `/srv/tree-${++trees}`;
    return { file, script: `echo $$ >>${file}; sh -c 'echo $$ >>${file}; sleep 600' & sleep 600` };
  };

  /** Pids that are told and live, and the number of processes that wait. A guest's pids are known in its own /proc only. */
  const alive = async ({ file }: { readonly file: string }) => {
    const run = guest.run();
    const told = `for pid in $(cat ${file}); do [ ! -e /proc/$pid ] || echo $pid; done`;
    // The pattern does not match grep's own command line.
    const waiting = "grep -lz '^60[0]$' /proc/[0-9]*/cmdline 2>/dev/null | wc -l";
    await run.upWithin({ vm: guest.vm, script: `${told}; ${waiting}` });
    return String(run.state["stdout"]).split("\n");
  };

  test("timeoutSeconds ends the tree, and says so", async () => {
    const run = guest.run();
    const tree = newTree();
    const declared = { vm: guest.vm, script: tree.script, timeoutSeconds: 2 };
    await expect(run.upWithin(declared)).rejects.toThrow(
      "vm-1 the script: timed out after 2 s; the process tree was ended.",
    );
    expect(readFileSync(guest.at(tree.file), "utf8").trim().split("\n")).toHaveLength(2);
    expect(await alive(tree)).toEqual(["0"]);
    expect(await run.upWithin({ ...declared, script: "echo quick" })).toMatch(/create|update/);
  });

  test("timeoutSeconds ends what has made itself a session of its own, too", async () => {
    const file = `/srv/tree-${++trees}`;
    const script = `setsid sh -c 'echo $$ >>${file}; trap "" TERM; sleep 600; sleep 600' >/dev/null 2>&1 & sleep 600`;
    await expect(guest.run().upWithin({ vm: guest.vm, script, timeoutSeconds: 2 })).rejects.toThrow(
      "vm-1 the script: timed out after 2 s; the process tree was ended.",
    );
    expect(readFileSync(guest.at(file), "utf8")).not.toBe("");
    expect(await alive({ file })).toEqual(["0"]);
  });

  test("what a run that ended well has left behind goes on", async () => {
    const file = `/srv/tree-${++trees}`;
    const daemon = `setsid sh -c 'echo $$ >>${file}; sleep 600' >/dev/null 2>&1 & until [ -s ${file} ]; do sleep 0.1; done`;
    await guest.run().upWithin({ vm: guest.vm, script: daemon });
    await guest.host.begin();
    expect((await alive({ file })).at(-1)).toBe("1");
    await guest.run().upWithin({ vm: guest.vm, script: `kill -KILL -$(cat ${file})` });
  });

  test("timeoutSeconds holds for a program and for the delete command too", async () => {
    const run = guest.run();
    const program = { program: "/bin/sleep", arguments: ["600"], timeoutSeconds: 1 };
    await expect(run.upWithin({ vm: guest.vm, ...program })).rejects.toThrow("vm-1 /bin/sleep: timed out after 1 s");
    const other = guest.run();
    const tree = newTree();
    await other.upWithin({ vm: guest.vm, script: "true", delete: tree.script, timeoutSeconds: 2 });
    await expect(other.destroy()).rejects.toThrow("timed out after 2 s");
    await guest.host.begin();
    expect(await alive(tree)).toEqual(["0"]);
  });

  test("the end of the deploy ends the tree", async () => {
    const run = guest.run();
    const tree = newTree();
    const deploy = run.upWithin({ vm: guest.vm, script: tree.script }).catch((error: unknown) => error);
    await until(() => existsSync(guest.at(tree.file)));
    await guest.host.cancel();
    expect(String(await deploy)).toContain("vm-1 the script: the run was cancelled; the process tree was ended.");
    await guest.host.begin();
    expect(await alive(tree)).toEqual(["0"]);
  });

  test("the end of the deploy in the pause before another attempt is told as such, and the run that there was is recorded", async () => {
    const run = guest.run();
    const declared = { vm: guest.vm, script: "echo tried; exit 3", retry: { attempts: 2, delaySeconds: 600 } };
    const deploy = run.upWithin(declared).catch((error: unknown) => error);
    await until(() => guest.host.said.includes("attempt 1 of 2 ended with exit code 3"));
    await guest.host.cancel();
    expect(String(await deploy)).toContain("vm-1 script: the create of this GuestProgramRun was cancelled");
    expect(guest.host.said).not.toContain("This is a bug");
    await guest.host.begin();
    expect(run.state).toMatchObject({ succeeded: false, exitCode: 3, stdout: "tried" });
  });

  test("nothing is left in the guest", async () => {
    await until(() => readdirSync(guest.at("/tmp")).length === 0);
  });
});
