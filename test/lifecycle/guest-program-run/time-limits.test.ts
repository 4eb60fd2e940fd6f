import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../until";

/** A run that takes too long is ended with everything that it has started. */
inOneGuest((guest) => {
  /** A tree of three: the shell, a child, and a grandchild; the pids are told. */
  const tree = (name: string) => `echo $$ >>/srv/${name}; sh -c 'echo $$ >>/srv/${name}; sleep 600' & sleep 600`;

  /** Pids in the guest's own /proc are those that a program sees, so a program looks for them. */
  const alive = async (name: string) => {
    const run = guest.run();
    const script = `for pid in $(cat /srv/${name}); do [ ! -e /proc/$pid ] || echo $pid; done; ls /proc | grep -c '^[0-9]'`;
    await run.upWithin({ vm: guest.vm, script });
    return String(run.state["stdout"]).split("\n");
  };

  test("timeoutSeconds ends the tree, and says so", async () => {
    const [processesBefore] = await alive("none");
    const run = guest.run();
    const declared = { vm: guest.vm, script: tree("limited"), timeoutSeconds: 2 };
    await expect(run.upWithin(declared)).rejects.toThrow(
      "vm-1 the script: timed out after 2 s; the process tree was ended.",
    );
    expect(readFileSync(guest.at("/srv/limited"), "utf8").trim().split("\n")).toHaveLength(2);
    expect(await alive("limited")).toEqual([processesBefore]);
    expect(await run.upWithin({ ...declared, script: "echo quick" })).toMatch(/create|update/);
  });

  test("timeoutSeconds holds for a program and for the delete command too", async () => {
    const run = guest.run();
    const program = { program: "/bin/sleep", arguments: ["600"], timeoutSeconds: 1 };
    await expect(run.upWithin({ vm: guest.vm, ...program })).rejects.toThrow("vm-1 /bin/sleep: timed out after 1 s");
    const other = guest.run();
    await other.upWithin({ vm: guest.vm, script: "true", delete: tree("deleted"), timeoutSeconds: 2 });
    await expect(other.destroy()).rejects.toThrow("timed out after 2 s");
    await guest.host.begin();
    expect(await alive("deleted")).toHaveLength(1);
  });

  test("the end of the deploy ends the tree", async () => {
    const run = guest.run();
    const deploy = run.upWithin({ vm: guest.vm, script: tree("cancelled") }).catch((error: unknown) => error);
    await until(() => existsSync(guest.at("/srv/cancelled")));
    await guest.host.cancel();
    expect(await deploy).toBeInstanceOf(Error);
    await guest.host.begin();
    expect(await alive("cancelled")).toHaveLength(1);
  });

  test("nothing is left in the guest", () => {
    expect(readdirSync(guest.at("/tmp"))).toEqual([]);
  });
});
