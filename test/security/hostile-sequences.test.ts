import {
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { guestDirectory, guestFile } from "../../provider/resources";
import { LocalTree } from "../lifecycle/guest-directory/local-tree";
import { type Recorded, SimulatedLifecycle } from "../lifecycle/simulated-lifecycle";
import { eve } from "./neighbour";

/** `npm run test:long` raises it. */
const sequences = Math.ceil(Number(process.env["CONVERGENCE_SEQUENCES"] ?? 100) / 5);
const marker = "TOP-SECRET";
const names = ["one", "sub/two", "sub/deep/three", "tree"] as const;

/** What root's deploy does next. */
const act = fc.record({
  kind: fc.constantFrom("declare" as const, "declare" as const, "remove" as const),
  name: fc.constantFrom(...names),
  content: fc.constantFrom("x\n", "yy\n", ""),
  mode: fc.constantFrom("0600", "0644", "0666"),
  backup: fc.boolean(),
  symlinks: fc.constantFrom("refuse" as const, "follow" as const, "replace" as const),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** What the other user does before a request is carried out: nothing, or a swap of one of her names for a link, or back. */
const swaps = ["", "", "one", "sub", "sub/deep", "tree", "tree/in", "temporary"] as const;
const swap = fc.constantFrom(...swaps);

let lifecycle: SimulatedLifecycle;
const source = new LocalTree({ a: "a\n", "in/b": "b\n" });
let sequence = 0;
beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start({ guestUsers: [eve] });
});
afterAll(async () => {
  await lifecycle.stop();
  source.remove();
});

test(
  `whoever renames, links and squats at every request, nothing outside is read, changed or removed (${sequences} sequences)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 1, maxLength: 6 }),
        fc.array(swap, { minLength: 3, maxLength: 40 }),
        async (acts, hers) => {
          const world = new World(++sequence, hers);
          try {
            for (const one of acts) await world.carryOut(one);
            await world.destroy();
          } finally {
            world.end();
          }
        },
      ),
      { numRuns: sequences, endOnFailure: true },
    );
  },
  Math.max(240_000, sequences * 8_000),
);

/** A directory of hers, into which root deploys, and one of root's, to which her links lead. */
class World {
  readonly #hers: string;
  readonly #outside: string;
  readonly #guestPath: string;
  readonly #before: string;
  readonly #stack = new Map<string, Recorded>();
  readonly #said: string[] = [];
  #next = 0;

  constructor(number: number, swaps: readonly string[]) {
    const root = lifecycle.simulator.vm("vm-1").root;
    this.#guestPath = `/srv/hers-${number}`;
    this.#hers = join(root, this.#guestPath);
    this.#outside = join(root, `srv/outside-${number}`);
    for (const name of ["", "sub", "sub/deep"]) this.#makeHers(name);
    this.#fillOutside();
    this.#before = this.#lookOutside();
    lifecycle.simulator.onRequest({ method: "*", times: 1e9, happens: () => this.#swapNext(swaps, number) });
  }

  async carryOut(one: Act): Promise<void> {
    await lifecycle.newDeploy();
    lifecycle.lines.length = 0;
    const old = this.#stack.get(one.name);
    await (one.kind === "declare" ? this.#declare(one, old) : this.#remove(one.name, old)).catch((error: unknown) =>
      this.#said.push((error as Error).message),
    );
    this.#said.push(...lifecycle.lines);
    this.#expectOutside();
  }

  async destroy(): Promise<void> {
    for (const [name, record] of this.#stack) {
      await lifecycle.newDeploy();
      await this.#remove(name, record).catch(() => undefined);
      this.#expectOutside();
    }
  }

  end(): void {
    lifecycle.simulator.clearDisturbances();
    for (const path of [this.#hers, this.#outside]) rmSync(path, { recursive: true, force: true });
  }

  async #declare(one: Act, old: Recorded | undefined): Promise<void> {
    const { name, content, mode, backup, symlinks } = one;
    const path = `${this.#guestPath}/${name}`;
    const common = { vm: "vm-1", path };
    const file = { ...common, content, mode, symlinks, ...(backup ? { backup: { suffix: ".orig" } } : {}) };
    const tree = { ...common, source: source.path, fileMode: mode, recursiveDelete: backup, purge: backup };
    const record =
      name === "tree"
        ? await (old === undefined
            ? lifecycle.create(guestDirectory, tree)
            : lifecycle.update(guestDirectory, old, tree))
        : await (old === undefined ? lifecycle.create(guestFile, file) : lifecycle.update(guestFile, old, file));
    this.#stack.set(name, record);
  }

  async #remove(name: string, old: Recorded | undefined): Promise<void> {
    if (old === undefined) return;
    await lifecycle.remove(name === "tree" ? guestDirectory : guestFile, old);
    this.#stack.delete(name);
  }

  /** Everything that her links can lead to has the names that are deployed. */
  #fillOutside(): void {
    for (const name of ["sub/deep", "tree/in", "deep", "in"]) mkdirSync(join(this.#outside, name), { recursive: true });
    const files = [
      "one",
      "sub/two",
      "two",
      "sub/deep/three",
      "deep/three",
      "three",
      "tree/a",
      "tree/in/b",
      "a",
      "in/b",
      "b",
    ];
    for (const name of files) writeFileSync(join(this.#outside, name), `${marker} ${name}\n`, { mode: 0o600 });
  }

  #makeHers(name: string): void {
    mkdirSync(join(this.#hers, name));
    chownSync(join(this.#hers, name), eve.uid, eve.gid);
  }

  #swapNext(swaps: readonly string[], number: number): void {
    const name = swaps[this.#next++ % swaps.length] ?? "";
    if (name === "temporary") return this.#swapTemporaries(number);
    if (name !== "") this.#swap(name, `/srv/outside-${number}${name === "one" ? "/one" : ""}`);
  }

  /** A link in its place, or what was there before. What is not hers to rename, in a directory of root's, stays. */
  #swap(name: string, to: string): void {
    const path = join(this.#hers, name);
    if (!this.#isHers(name)) return;
    if (lstatIfThere(path)?.isSymbolicLink() === true) {
      rmSync(path);
      if (existsSync(`${path}.away`)) renameSync(`${path}.away`, path);
      return;
    }
    if (existsSync(path) && !existsSync(`${path}.away`)) renameSync(path, `${path}.away`);
    if (existsSync(path)) return;
    symlinkSync(to, path);
    lchownSync(path, eve.uid, eve.gid);
  }

  #swapTemporaries(number: number): void {
    for (const directory of [this.#hers, join(this.#hers, "sub")]) {
      if (!existsSync(directory) || lstatSync(directory).isSymbolicLink()) continue;
      for (const name of readdirSync(directory).filter((each) => each.startsWith("."))) {
        rmSync(join(directory, name), { recursive: true, force: true });
        symlinkSync(`/srv/outside-${number}/one`, join(directory, name));
      }
    }
  }

  #isHers(name: string): boolean {
    const parent = lstatIfThere(join(this.#hers, name, ".."));
    return parent?.isDirectory() === true && parent.uid === eve.uid;
  }

  #lookOutside(): string {
    const entries = readdirSync(this.#outside, { recursive: true, encoding: "utf8" }).sort();
    return entries
      .map((name) => {
        const { mode, uid, mtimeMs } = statSync(join(this.#outside, name));
        const text = statSync(join(this.#outside, name)).isFile()
          ? readFileSync(join(this.#outside, name), "utf8")
          : "";
        return [name, mode.toString(8), uid, text === "" ? "" : `${mtimeMs} ${text}`].join(" ");
      })
      .join("\n");
  }

  #expectOutside(): void {
    expect(this.#lookOutside()).toBe(this.#before);
    const records = [...this.#stack.values()];
    expect(JSON.stringify([this.#said, records])).not.toContain(marker);
  }
}

function lstatIfThere(path: string) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
