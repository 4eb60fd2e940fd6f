import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inOneGuest } from "../lifecycle/one-guest";

/** Logs come from the guest to the machine that deploys, where their names and sizes are the guest's. */
inOneGuest((guest) => {
  let directory = "";
  let number = 0;
  let logs = "";
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "logs-"));
    logs = `/srv/logs-${++number}`;
    await guest.host.begin();
  });
  afterEach(() => {
    guest.simulator.clearDisturbances();
    rmSync(directory, { recursive: true, force: true });
  });
  const declared = (names: readonly string[], more: object = {}) => ({
    vm: guest.vm,
    script: `mkdir -p ${logs}/a ${logs}/b; echo a >${logs}/a/app.log; echo b >${logs}/b/app.log`,
    logPaths: names.map((name) => `${logs}/${name}`),
    logDirectory: join(directory, "in"),
    ...more,
  });
  const saved = () => readdirSync(join(directory, "in")).sort();
  const nameOf = (name: string) => `vm-1-srv!logs-${number}!${name}`;

  test("logs of one name are kept beside each other", async () => {
    const run = guest.run();
    await run.up(declared(["a/app.log", "b/app.log"]));
    expect(saved()).toEqual([nameOf("a!app.log"), nameOf("b!app.log")]);
    expect(readFileSync(join(directory, "in", nameOf("b!app.log")), "utf8")).toBe("b\n");
    expect(run.state["logs"]).toEqual({
      [`${logs}/a/app.log`]: join(directory, "in", nameOf("a!app.log")),
      [`${logs}/b/app.log`]: join(directory, "in", nameOf("b!app.log")),
    });
  });

  test("a link that stands in a log's place is replaced, not written through", async () => {
    const victim = join(directory, "victim");
    writeFileSync(victim, "untouched");
    await guest.run().up(declared(["a/app.log"]));
    const path = join(directory, "in", nameOf("a!app.log"));
    rmSync(path);
    symlinkSync(victim, path);
    await guest.run().up(declared(["a/app.log"], { triggers: [1] }));
    expect(readFileSync(victim, "utf8")).toBe("untouched");
    expect(readFileSync(path, "utf8")).toBe("a\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("a log without end fills no disk", async () => {
    const run = guest.run();
    await guest.run().up(declared([]));
    truncateSync(guest.at(`${logs}/a/app.log`), 20 * 1024 ** 3);
    await run.up(declared(["a/app.log"], { script: "true", logLimitBytes: 100_000 }));
    expect(run.said).toMatch(
      /a\/app\.log: has 21474836480 bytes, of which the first 100000 are kept. Set logLimitBytes/,
    );
    expect(statSync(join(directory, "in", nameOf("a!app.log"))).size).toBe(100_000);
  });

  test("what can't be saved is a plain error, and leaves nothing", async () => {
    writeFileSync(join(directory, "in"), "a file");
    const refused = guest.run().up(declared(["a/app.log"]));
    await expect(refused).rejects.toThrow(/logDirectory .*in, on the machine that runs Pulumi: /);
    await expect(refused).rejects.not.toThrow(/bug/);
    rmSync(join(directory, "in"));
    guest.simulator.disturbTransfer({ method: "GET", cutAfterBytes: 1, times: 100 });
    await expect(guest.run().up(declared(["a/app.log"], { triggers: [2] }))).rejects.toThrow(/app\.log/);
    expect(saved()).toEqual([]);
  });
});
