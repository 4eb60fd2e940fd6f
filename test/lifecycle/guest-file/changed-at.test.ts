import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import type { DeployedResource } from "../stack";

/** `changedAt` tells of changes that we made, whoever made them necessary: runs are triggered by it. */
inOneGuest((guest) => {
  const at = (path: string) => guest.at(`/srv/${path}`);

  /** Deploys, and tells whether the time has moved. */
  async function moves(resource: DeployedResource, inputs: object): Promise<boolean> {
    const before = resource.state.changedAt;
    expect(await resource.up({ vm: guest.vm, ...inputs })).toBe("update");
    expect(typeof resource.state.changedAt).toBe("string");
    return resource.state.changedAt !== before;
  }

  guest.rule("a file's time moves with its content, declared anew or repaired, not with attributes alone", async () => {
    const file = guest.file();
    const inputs = { path: "/srv/moves", content: "one", mode: "0644" };
    await file.up({ vm: guest.vm, ...inputs });
    const made = file.state.changedAt;
    expect(await file.up({ vm: guest.vm, ...inputs })).toBe("same");
    expect(file.state.changedAt).toBe(made);
    expect(await moves(file, { ...inputs, content: "two" })).toBe(true);
    writeFileSync(at("moves"), "tampered");
    expect(await moves(file, { ...inputs, content: "two" })).toBe(true);
    rmSync(at("moves"));
    expect(await moves(file, { ...inputs, content: "two" })).toBe(true);
    chmodSync(at("moves"), 0o600);
    expect(await moves(file, { ...inputs, content: "two" })).toBe(false);
    expect(await moves(file, { ...inputs, content: "two", mode: "0600" })).toBe(false);
    await guest.together(() => file.refreshWithin());
    expect(await moves(file, { ...inputs, content: "three", mode: "0600" })).toBe(true);
  });

  guest.rule("where attributes are all that is declared, the time moves with them", async () => {
    const file = guest.file();
    writeFileSync(at("attributes"), "theirs");
    await file.up({ vm: guest.vm, path: "/srv/attributes", mode: "0644" });
    chmodSync(at("attributes"), 0o600);
    expect(await moves(file, { path: "/srv/attributes", mode: "0644" })).toBe(true);
    const directory = guest.directory();
    await directory.up({ vm: guest.vm, path: "/srv/bare", mode: "0755" });
    expect(await moves(directory, { path: "/srv/bare", mode: "0700" })).toBe(true);
  });

  guest.rule("a directory's time moves with what it holds, not with its own mode", async () => {
    const directory = guest.directory();
    const inputs = { path: "/srv/tree", source: __dirname, mode: "0755", fileMode: "0644" };
    await directory.up({ vm: guest.vm, ...inputs });
    expect(await moves(directory, { ...inputs, mode: "0700" })).toBe(false);
    writeFileSync(at("tree/own-directory.ts"), "tampered");
    expect(await moves(directory, { ...inputs, mode: "0700" })).toBe(true);
    rmSync(at("tree/own-directory.ts"));
    expect(await moves(directory, { ...inputs, mode: "0700" })).toBe(true);
    chmodSync(at("tree/own-directory.ts"), 0o600);
    expect(await moves(directory, { ...inputs, mode: "0700" })).toBe(true);
    expect(await moves(directory, { path: "/srv/tree", mode: "0700" })).toBe(true);
  });

  guest.rule("a record of an earlier version, which tells no time, gets one with the next update", async () => {
    const file = guest.file();
    const inputs = { path: "/srv/earlier", content: "one" };
    await file.up({ vm: guest.vm, ...inputs });
    const { recorded } = file;
    if (recorded === undefined) throw new Error("nothing was recorded");
    const { changedAt: _, ...state } = recorded.state;
    file.recorded = { ...recorded, state };
    expect(await file.up({ vm: guest.vm, ...inputs })).toBe("same");
    expect(await moves(file, { ...inputs, mode: "0600" })).toBe(true);
  });
});
