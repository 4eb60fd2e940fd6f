import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { guestFile } from "../../provider/resources";
import { type Recorded, SimulatedLifecycle } from "./simulated-lifecycle";

/** `npm run test:long` raises it. */
const sequences = Math.ceil(Number(process.env["CONVERGENCE_SEQUENCES"] ?? 100) / 4);
const vm = "vm-1";
const app = { name: "app", password: "app-password", uid: 1001, gid: 1001, home: "/home/app" };
const paths = ["a", "b", "c"] as const;
const names = ["one", "two", "three"] as const;

/** What was there before us at a path: nothing, a file that the login may write, one that it may only read, one that Tools hide. */
const before = fc.constantFrom("nothing", "own", "readable", "hidden");

/** What the engine, or a person, does next. */
const act = fc.oneof(
  fc.record({
    kind: fc.constant("declare" as const),
    name: fc.constantFrom(...names),
    path: fc.constantFrom(...paths),
    content: fc.option(fc.constantFrom("x\n", "yy\n"), { nil: undefined }),
    backup: fc.boolean(),
  }),
  fc.record({
    kind: fc.constantFrom("rename" as const),
    name: fc.constantFrom(...names),
    to: fc.constantFrom(...names),
  }),
  fc.record({ kind: fc.constantFrom("taint" as const, "remove" as const), name: fc.constantFrom(...names) }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

let lifecycle: SimulatedLifecycle;
let sequence = 0;
beforeAll(async () => {
  lifecycle = await SimulatedLifecycle.start({ guestUsers: [app] });
});
afterAll(() => lifecycle.stop());

test(
  `nothing that we did not make is ever gone, or changed unless a program said so (${sequences} sequences)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(before, before, before),
        fc.array(act, { minLength: 1, maxLength: 8 }),
        async (there, acts) => {
          const world = new World(`/srv/strangers-${++sequence}`, there);
          for (const one of acts) await world.carryOut(one);
          await world.destroy();
        },
      ),
      { numRuns: sequences, endOnFailure: true },
    );
  },
  Math.max(120_000, sequences * 4_000),
);

interface Resource {
  readonly record: Recorded;
  readonly inputs: { readonly path: string; readonly content?: string | undefined };
}

/** One directory of the guest: what somebody else had in it, and a stack whose resources come and go. */
class World {
  readonly #path: string;
  readonly #root: string;
  /** What was there before us: its text, and whether a program has declared content for it since. */
  readonly #theirs = new Map<string, { readonly text: string; isDeclared: boolean }>();
  readonly #stack = new Map<string, Resource>();

  constructor(path: string, there: readonly string[]) {
    this.#path = path;
    this.#root = join(lifecycle.simulator.vm(vm).root, path);
    mkdirSync(this.#root);
    chownSync(this.#root, app.uid, app.gid);
    paths.forEach((name, index) => this.#put(name, there[index] ?? "nothing"));
  }

  #put(name: string, how: string): void {
    if (how === "nothing") return;
    const text = `theirs ${name} ${how}\n`;
    writeFileSync(join(this.#root, name), text);
    chmodSync(join(this.#root, name), how === "hidden" ? 0o600 : 0o644);
    if (how === "own") chownSync(join(this.#root, name), app.uid, app.gid);
    this.#theirs.set(name, { text, isDeclared: false });
  }

  /** Does what the engine would in one operation: the new first, the old at the end. Work may fail; then nothing is recorded. */
  async carryOut(one: Act): Promise<void> {
    await lifecycle.newDeploy();
    const old = this.#stack.get(one.name);
    if (one.kind === "declare") await this.#declare(one, old);
    else if (old !== undefined && one.kind === "remove") await this.#delete(one.name, old);
    else if (old !== undefined) await this.#again(one.name, one.kind === "rename" ? one.to : one.name, old);
    this.expectTheirs();
  }

  async #declare(one: Extract<Act, { kind: "declare" }>, old: Resource | undefined): Promise<void> {
    const isTaken = [...this.#stack].some(([name, { inputs }]) => name !== one.name && inputs.path === one.path);
    if (isTaken) return;
    const inputs = {
      path: one.path,
      ...(one.content === undefined ? {} : { content: one.content }),
      ...(one.backup ? { backup: { suffix: ".orig" } } : {}),
    };
    if (old === undefined) return this.#create(one.name, inputs);
    if (old.inputs.path === one.path) return this.#update(one.name, old, inputs);
    await this.#create(one.name, inputs, () => this.#remove(old));
  }

  /** A taint, or a rename without alias: the same object is made under another record, then the old record goes. */
  async #again(from: string, to: string, old: Resource): Promise<void> {
    if (to !== from && this.#stack.has(to)) return;
    await this.#create(to, old.inputs, async () => {
      if (to !== from) this.#stack.delete(from);
      await this.#remove(old);
    });
  }

  async #create(name: string, inputs: Resource["inputs"], then = () => Promise.resolve()): Promise<void> {
    const record = await lifecycle.create(guestFile, this.#declared(inputs), [], name).catch(() => undefined);
    if (record === undefined) return;
    this.#told(inputs);
    this.#stack.set(name, { record, inputs });
    await then();
  }

  async #update(name: string, { record }: Resource, inputs: Resource["inputs"]): Promise<void> {
    const updated = await lifecycle.update(guestFile, record, this.#declared(inputs), name).catch(() => undefined);
    // An update that fails may have been too late to leave the content.
    if (updated === undefined) return;
    this.#told(inputs);
    this.#stack.set(name, { record: updated, inputs });
  }

  async #delete(name: string, old: Resource): Promise<void> {
    await this.#remove(old);
    this.#stack.delete(name);
  }

  #remove({ record }: Resource): Promise<void> {
    return lifecycle.remove(guestFile, record);
  }

  #told({ path, content }: Resource["inputs"]): void {
    const theirs = this.#theirs.get(path);
    if (theirs !== undefined && content !== undefined) theirs.isDeclared = true;
  }

  #declared(inputs: Resource["inputs"]): object {
    const guest = { username: app.name, password: app.password };
    return { vm, guest, ...inputs, path: `${this.#path}/${inputs.path}` };
  }

  expectTheirs(): void {
    for (const [name, { text, isDeclared }] of this.#theirs) {
      const path = join(this.#root, name);
      expect({ name, isThere: existsSync(path) }).toEqual({ name, isThere: true });
      if (!isDeclared) expect({ name, text: readFileSync(path, "utf8") }).toEqual({ name, text });
      expect(statSync(path).isFile()).toBe(true);
    }
  }

  async destroy(): Promise<void> {
    await lifecycle.newDeploy();
    for (const [name, resource] of this.#stack) await this.#delete(name, resource);
    this.expectTheirs();
    rmSync(this.#root, { recursive: true });
  }
}
