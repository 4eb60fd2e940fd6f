import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { matrixDirectory, matrixWorks, type Verb, verbs, type Work } from "../../scripts/fault-matrix/works";
import { throughEachHost } from "./each-host";
import type { Recorded } from "./host";
import { startSimulated, type Simulated } from "./simulated";

const isWhole = process.env["FAULT_MATRIX"] === "all";
/** Of so many requests, of a run's of a third as many, one is tried in each door, and another one in the other door. */
const oneOf = 36;

/** The engine is killed at one request after the other; what the provider answers then, nobody records. */
throughEachHost((startHost) => {
  let world: Simulated;
  const local = matrixWorks();
  beforeAll(async () => {
    world = await startSimulated(startHost, { vms: 1, hosts: 1 });
  });
  afterAll(async () => {
    await world.stop();
    local.dispose();
  });

  const inGuest = (path: string) => join(world.simulator.vm("vm-1").root, path);
  const isNative = () => world.host.name === "native";
  const checked = async (work: Work, inputs: object) => {
    const kind = work.kind.token;
    return { kind, inputs: (await world.host.check({ kind, inputs: { ...inputs } })).inputs };
  };

  async function perform(work: Work, verb: Verb, before: Recorded | undefined): Promise<Recorded | undefined> {
    if (before === undefined) return world.host.create(await checked(work, work.inputs));
    if (verb === "update") return world.host.update(await checked(work, work.changed), before);
    await world.host.delete(work.kind.token, before);
    return undefined;
  }

  /** What the verb begins with: a guest without traces, and for all but a create the resource. */
  async function prepared(work: Work, verb: Verb): Promise<Recorded | undefined> {
    rmSync(inGuest(matrixDirectory), { recursive: true, force: true });
    mkdirSync(inGuest(matrixDirectory));
    await world.host.begin();
    if (verb === "create") return undefined;
    const recorded = await perform(work, "create", undefined);
    rmSync(inGuest(`${matrixDirectory}/runs`), { force: true });
    await world.host.begin();
    return recorded;
  }

  /** A run is looked at more or less often: where it had fewer requests this time, the engine is killed at an earlier one. */
  async function lostAt(work: Work, verb: Verb, index: number): Promise<string[]> {
    return (await lostAtReached(work, verb, index)) ?? lostAt(work, verb, index - 1);
  }

  /** Undefined: the work was done before that request. */
  async function lostAtReached(work: Work, verb: Verb, index: number): Promise<string[] | undefined> {
    const before = await prepared(work, verb);
    let ended: Promise<number | string> | undefined;
    world.simulator.onRequest({
      method: "*",
      skip: index,
      happens: () => void (ended = world.host.loseEngine()),
    });
    await perform(work, verb, before).catch(() => {});
    world.simulator.clearDisturbances();
    if (ended === undefined) return undefined;
    const holes = (await ended) === 0 ? [] : ["the provider has not ended by itself"];
    if (world.simulator.sessions > 0) holes.push(`${world.simulator.sessions} sessions are left open`);
    await world.host.begin();
    const after = await perform(work, verb, before).catch((error: unknown) => [
      `the next deploy fails: ${String(error)}`,
    ]);
    if (Array.isArray(after)) return [...holes, ...after];
    if (after !== undefined) {
      const declared = await checked(work, verb === "update" ? work.changed : work.inputs);
      const { changes } = await world.host.diff(declared, after);
      if (changes) holes.push("the next preview shows a change");
    }
    // The end of an operation tidies up after it.
    await world.host.begin();
    return [...holes, ...ranTwice(), ...leftBehind()];
  }

  function ranTwice(): string[] {
    const path = inGuest(`${matrixDirectory}/runs`);
    const lines = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
    return lines.length > 1 ? [`the program ran ${lines.length} times`] : [];
  }

  function leftBehind(): string[] {
    return ["tmp", "etc", ...["", "made", "made/one-directory"].map((below) => join(matrixDirectory, below))]
      .filter((directory) => existsSync(inGuest(directory)))
      .flatMap((directory) => readdirSync(inGuest(directory)).map((name) => `${directory}/${name}`))
      .filter((path) => /vsphere-guest|\.pulumi$/.test(path))
      .map((path) => `left behind: ${path}`);
  }

  test(
    "wherever the engine is killed, the provider ends, and the next deploy does the rest, once",
    async () => {
      const holes: string[] = [];
      let row = 0;
      for (const work of local.works.filter(({ os }) => os === "linux")) {
        for (const verb of verbs) {
          const before = await prepared(work, verb);
          world.simulator.clearCalls();
          await perform(work, verb, before);
          const methods = world.simulator.calls.map(({ method }) => method);
          for (const [index, method] of methods.entries()) {
            row += 1;
            const [of, turn] = work.kind.token === "GuestProgramRun" ? [12, 6] : [oneOf, oneOf / 2];
            if (!isWhole && row % of !== (isNative() ? 0 : turn)) continue;
            const found = await lostAt(work, verb, index);
            holes.push(...found.map((hole) => `${work.name} ${verb} ${index} ${method}: ${hole}`));
          }
        }
      }
      expect(holes).toEqual([]);
    },
    isWhole ? 1_800_000 : 600_000,
  );
});
