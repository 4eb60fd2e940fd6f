import { existsSync, readFileSync, statSync } from "node:fs";
import { inOneGuest } from "../one-guest";

/** Pulumi's options that say how long work may take, and what is to be made anew. */
inOneGuest((guest) => {
  guest.rule("customTimeouts go before timeoutSeconds, where they are longer and where they are shorter", async () => {
    const run = guest.run();
    const slow = { vm: guest.vm, script: "sleep 2; echo ran", delete: { script: "sleep 2; echo > /srv/ended" } };
    run.options = { customTimeouts: { create: "60s", update: "60s", delete: "60s" } };
    expect(await run.up({ ...slow, timeoutSeconds: 1 })).toBe("create");
    expect(await run.up({ ...slow, timeoutSeconds: 1, triggers: ["again"] })).toBe("update");
    expect(run.state).toMatchObject({ stdout: "ran", timeoutSeconds: 1 });
    await run.destroy();
    expect(existsSync(guest.at("/srv/ended"))).toBe(true);

    run.options = { customTimeouts: { create: "1s" } };
    await expect(run.up({ vm: guest.vm, script: "sleep 60", timeoutSeconds: 600 })).rejects.toThrow("after 1 s");
  });

  guest.rule("replaceOnChanges makes the object anew, in its place", async () => {
    const file = guest.file();
    const inputs = { vm: guest.vm, path: "/srv/anew", content: "x", mode: "0644" };
    file.options = { replaceOnChanges: ["mode"] };
    await file.up(inputs);
    expect(await file.up({ ...inputs, mode: "0600" })).toBe("replace");
    expect(readFileSync(guest.at("/srv/anew"), "utf8")).toBe("x");
    expect(statSync(guest.at("/srv/anew")).mode & 0o777).toBe(0o600);
    expect(await file.up({ ...inputs, mode: "0600", content: "y" })).toBe("update");
  });

  test("customTimeouts end the wait for a guest, whatever timeoutSeconds says", async () => {
    const file = guest.file();
    const later = guest.file();
    const inputs = { vm: guest.vm, path: "/srv/late", content: "x", timeoutSeconds: 600 };
    for (const one of [file, later]) one.options = { customTimeouts: { create: "1s", update: "1s", delete: "1s" } };
    await file.up(inputs);
    guest.simulator.vm(guest.vm).setToolsState("notRunning");
    try {
      const ends = await Promise.allSettled([
        later.up({ ...inputs, path: "/srv/later" }),
        file.up({ ...inputs, content: "y" }),
        file.destroy(),
      ]);
      for (const end of ends)
        expect(end).toMatchObject({ reason: { message: expect.stringContaining("VMware Tools") } });
    } finally {
      guest.simulator.vm(guest.vm).setToolsState("running");
    }
  });
});
