import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { guestDirectory, guestFile } from "../../provider/resources";
import { type Recorded, SimulatedLifecycle } from "./simulated-lifecycle";

/** `npm run test:long` raises it. */
const sequences = Number(process.env["CONVERGENCE_SEQUENCES"] ?? 100);
const vm = "vm-1";
const directories = ["one", "two"];
const files = ["one/a", "one/b", "two/c", "d"];
const foreign = ["one/foreign", "foreign"];

interface DesiredFile {
  readonly content: string;
  readonly mode?: string | undefined;
}

/** What a program declares at one deploy: the files by path, and modes of the directories, which are always declared. */
interface Desired {
  readonly files: Readonly<Record<string, DesiredFile>>;
  readonly modes: readonly string[];
}

const damages = [
  "overwrite",
  "same size",
  "truncate",
  "delete",
  "chmod",
  "touch",
  "link",
  "directory",
  "none",
] as const;
type Damage = readonly [path: string, kind: (typeof damages)[number]];

const mode = fc.constantFrom("0600", "0644", "640", "0755");
const content = fc.oneof(fc.constantFrom("", "x\n", "y\n", "line\r\nline\r\n"), fc.string({ maxLength: 200 }));
const desired: fc.Arbitrary<Desired> = fc.record({
  files: fc.dictionary(fc.constantFrom(...files), fc.record({ content, mode: fc.option(mode, { nil: undefined }) }), {
    maxKeys: 4,
  }),
  modes: fc.tuple(fc.constantFrom("0755", "0700"), fc.constantFrom("0755", "0711")),
});
const damage: fc.Arbitrary<Damage> = fc.tuple(fc.constantFrom(...files, ...directories), fc.constantFrom(...damages));
const step = fc.record({ desired, damage: fc.array(damage, { maxLength: 3 }) });

let lifecycle: SimulatedLifecycle;
let sequence = 0;
beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start();
});
afterAll(() => lifecycle.stop());

test(
  `after one deploy the guest is as declared, after two nothing changes, and nothing else has changed (${sequences} sequences)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const world = new World(`/srv/sequence-${++sequence}`);
        for (const { desired, damage } of steps) {
          await lifecycle.newDeploy();
          await world.deploy(desired);
          world.expectAsDeclared(desired);
          await lifecycle.newDeploy();
          expect(await world.differences(desired)).toEqual([]);
          damage.forEach((one) => world.damage(one));
        }
        await world.destroy();
      }),
      { numRuns: sequences, endOnFailure: true },
    );
  },
  Math.max(120_000, sequences * 2_000),
);

/** One directory of the guest, what is recorded of it, and what of it is nobody's business but its own. */
class World {
  readonly #recorded = new Map<string, Recorded>();
  readonly #root: string;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.#root = join(lifecycle.simulator.vm(vm).root, path);
    mkdirSync(this.#root);
    writeFileSync(join(this.#root, "foreign"), "foreign");
  }

  /** Does for each resource what the engine would: create, update when there is a difference, delete. */
  async deploy(desired: Desired): Promise<void> {
    for (const path of [...this.#recorded.keys()].filter((path) => files.includes(path) && !(path in desired.files))) {
      await this.#remove(path);
    }
    for (const path of directories) await this.#converge(path, desired);
    await Promise.all(Object.keys(desired.files).map((path) => this.#converge(path, desired)));
    if (!existsSync(join(this.#root, "one/foreign"))) writeFileSync(join(this.#root, "one/foreign"), "foreign");
  }

  async differences(desired: Desired): Promise<string[]> {
    const all = [...directories, ...Object.keys(desired.files)];
    return (await Promise.all(all.map((path) => this.#differencesOf(path, desired)))).flat();
  }

  expectAsDeclared(desired: Desired): void {
    const found = readdirSync(this.#root, { recursive: true, encoding: "utf8" }).sort();
    expect(found).toEqual([...directories, ...Object.keys(desired.files), ...foreign].sort());
    for (const [path, { content, mode }] of Object.entries(desired.files)) {
      expect(readFileSync(join(this.#root, path), "utf8")).toBe(content);
      expect(lstatSync(join(this.#root, path)).isFile()).toBe(true);
      if (mode !== undefined) expect(statSync(join(this.#root, path)).mode & 0o7777).toBe(Number.parseInt(mode, 8));
    }
    directories.forEach((path, index) => {
      expect(statSync(join(this.#root, path)).mode & 0o7777).toBe(Number.parseInt(desired.modes[index] ?? "", 8));
    });
    for (const path of foreign) expect(readFileSync(join(this.#root, path), "utf8")).toBe("foreign");
  }

  damage([path, kind]: Damage): void {
    const target = join(this.#root, path);
    const isFile = files.includes(path);
    // Through a link the damage would be done to this machine's own file.
    if (!existsSync(target) || lstatSync(target).isSymbolicLink()) return;
    if (kind === "chmod") chmodSync(target, 0o770);
    if (kind === "touch") utimesSync(target, 1_000_000, 1_000_000);
    // A file in a directory's place, and the other way round, is refused by design, as something of somebody's.
    if (kind === "delete") rmSync(target, { recursive: true });
    if (!isFile || kind === "delete") return;
    if (kind === "overwrite") writeFileSync(target, "damaged");
    if (kind === "same size") writeFileSync(target, "z".repeat(statSync(target).size));
    if (kind === "truncate") truncateSync(target);
    if (kind === "link") {
      rmSync(target);
      symlinkSync("/etc/passwd", target);
    }
  }

  async destroy(): Promise<void> {
    for (const path of [...this.#recorded.keys()].reverse()) {
      if (files.includes(path)) await this.#remove(path);
    }
    rmSync(join(this.#root, "one/foreign"), { force: true });
    for (const path of directories) await this.#remove(path);
    expect(readdirSync(this.#root)).toEqual(["foreign"]);
  }

  async #converge(path: string, desired: Desired): Promise<void> {
    const recorded = this.#recorded.get(path);
    const inputs = this.#inputs(path, desired);
    if (recorded === undefined) this.#recorded.set(path, await lifecycle.create(kindOf(path), inputs));
    else if ((await this.#differencesOf(path, desired)).length > 0) {
      this.#recorded.set(path, await lifecycle.update(kindOf(path), recorded, inputs));
    }
  }

  async #differencesOf(path: string, desired: Desired): Promise<string[]> {
    const recorded = this.#recorded.get(path);
    if (recorded === undefined) throw new Error(`${path} is declared and was not made`);
    return lifecycle.differencesNow(kindOf(path), recorded, this.#inputs(path, desired));
  }

  async #remove(path: string): Promise<void> {
    const recorded = this.#recorded.get(path);
    if (recorded !== undefined) await lifecycle.remove(kindOf(path), recorded);
    this.#recorded.delete(path);
  }

  #inputs(path: string, desired: Desired): object {
    const common = { vm, path: `${this.#path}/${path}` };
    const file = desired.files[path];
    if (file === undefined) return { ...common, mode: desired.modes[directories.indexOf(path)] };
    return {
      ...common,
      content: file.content,
      symlinks: "replace",
      ...(file.mode === undefined ? {} : { mode: file.mode }),
    };
  }
}

function kindOf(path: string) {
  return files.includes(path) ? guestFile : guestDirectory;
}
