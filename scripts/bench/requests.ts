import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { closeAllVCenters, vcenterFor } from "../../provider/guest/vcenter-pool";
import type { LifecycleContext } from "../../provider/lifecycle/scope/context";
import { GuestObjects } from "../../provider/lifecycle/scope/guest-objects";
import { create } from "../../provider/lifecycle/create";
import { remove } from "../../provider/lifecycle/delete";
import { diff } from "../../provider/lifecycle/diff";
import type { PropertyMap } from "../../provider/properties/property-value";
import { update } from "../../provider/lifecycle/update";
import { guestEnvCheck, guestFile, guestProgramRun, guestRegistryKey } from "../../provider/resources";
import type { AnyKind } from "../../provider/resources/resource-kind";
import { type Simulator, startSimulator } from "../../simulator";
import { posixKinds, type Sample, samplesIn, windowsSamples } from "../samples";

/** What one piece of work may cost in requests, and what was measured. */
export interface RequestCount {
  readonly work: string;
  /** Methods in the order in which the server saw them. */
  readonly methods: readonly string[];
  /** Largest number allowed; polls of a run are not counted against it. */
  readonly limit: number;
  readonly milliseconds: number;
}

type Recorded = { readonly id: string; readonly state: PropertyMap };

const login = { user: "administrator@vsphere.local", password: "bench", guestPassword: "bench" };
const noSecrets: ReadonlySet<string> = new Set();
const file = (n: number) => ({ vm: "vm-1", path: `/etc/bench-${n}`, content: "x\n", mode: n === 2 ? "0640" : "0644" });

/** Does each work of the table once against a simulator and counts requests where the server sees them. */
export async function measureRequests(): Promise<RequestCount[]> {
  const simulator = await startSimulator({
    vms: [{ name: "vm-1" }, { name: "win-1", os: "windows" }],
    hosts: 1,
    ...login,
  });
  try {
    return await new Measurement(simulator).all();
  } finally {
    await closeAllVCenters();
    await simulator.stop();
  }
}

class Measurement {
  readonly #counts: RequestCount[] = [];
  readonly #context: LifecycleContext;
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
    const source = vcenterFor({
      server: simulator.server,
      user: login.user,
      password: login.password,
      allowUnverifiedSsl: false,
      caFile: simulator.certificate,
      keepAliveMinutes: 10,
      apiTimeoutMinutes: 1,
    });
    const silent = { debug: () => {}, info: () => {}, warn: () => {} };
    const guestLogin = { username: "root", password: login.guestPassword, interactiveSession: false };
    this.#context = {
      urn: undefined,
      signal: new AbortController().signal,
      log: silent,
      objects: new GuestObjects(),
      connect: () => ({ source, guestLogin }),
    };
  }

  async all(): Promise<RequestCount[]> {
    const first = { vm: "vm-1", variables: { HOME: "/root" } };
    // `vm-1` may be an id or a name: names are listed, by two requests, once for all machines.
    await this.#count("session and VM set-up, GuestEnvCheck", 3 + 2 + 1 + 1, () => this.#create(guestEnvCheck, first));
    const made = await this.#count("first transfer: certificate of the ESXi host, file", 1 + 5, () =>
      this.#create(guestFile, { vm: "vm-1", path: "/etc/first", content: "first" }),
    );
    // As in samples.ts: a file's delete looks for what a killed deploy has left.
    const firstDelete = "first delete: the VM by its instance UUID, file";
    await this.#count(firstDelete, 2 + 2, () => this.#remove(guestFile, made));
    const samples = samplesIn("/etc");
    for (const kind of posixKinds) await this.#life(kind, samples[kind.token]);
    // The machine is looked up: by its name, then by the record.
    const key = await this.#create(guestRegistryKey, { vm: "win-1", path: "HKLM\\SOFTWARE\\First" });
    await this.#remove(guestRegistryKey, key);
    await this.#life(guestRegistryKey, windowsSamples.GuestRegistryKey, "win-1");
    await this.#files();
    const variables = { HOME: "/root", PATH: { matches: "bin" }, http_proxy: { absent: true }, USER: "root" };
    await this.#count("GuestEnvCheck of four variables", 1, () =>
      this.#create(guestEnvCheck, { vm: "vm-1", variables }),
    );
    await this.#ofOthers();
    await this.#runs();
    return this.#counts;
  }

  async #life(kind: AnyKind, { first, changed, requests }: Sample, vm = "vm-1"): Promise<void> {
    const inputs = { vm, ...first };
    const made = await this.#count(`${kind.token} create`, requests.create, () => this.#create(kind, inputs));
    await this.#count(`${kind.token} unchanged`, requests.unchanged, () => this.#diff(kind, made, inputs));
    const updated = await this.#count(`${kind.token} update`, requests.update, () =>
      this.#update(kind, made, { ...inputs, ...changed }),
    );
    await this.#count(`${kind.token} delete`, requests.delete, () => this.#remove(kind, updated));
  }

  async #files(): Promise<void> {
    const made: Recorded[] = [];
    for (let n = 0; n < 10; n++) made.push(await this.#create(guestFile, file(n)));
    await this.#count("GuestFile unchanged, 10 files of one directory", 1, async () => {
      for (const [n, one] of made.entries()) await this.#diff(guestFile, one, file(n));
    });
    appendFileSync(join(this.#simulator.vm("vm-1").root, "etc/bench-0"), "drift");
    await this.#count("GuestFile repair of drift", 5, () => this.#update(guestFile, made[0] as Recorded, file(0)));
    writeFileSync(join(this.#simulator.vm("vm-1").root, "etc/bench-1"), "y\n");
    await this.#count("GuestFile repair of drift of the same size", 5, () =>
      this.#update(guestFile, made[1] as Recorded, file(1)),
    );
    writeFileSync(join(this.#simulator.vm("vm-1").root, "etc/bench-2"), "drift");
    await this.#count("GuestFile repair of drift, of mode 0640: made first, closed to others", 5 + 1, () =>
      this.#update(guestFile, made[2] as Recorded, file(2)),
    );
  }

  /** Where others can write, each change is one script that follows no link of theirs. */
  async #ofOthers(): Promise<void> {
    const directory = join(this.#simulator.vm("vm-1").root, "srv/bench-of-others");
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const inputs = { ...file(0), path: "/srv/bench-of-others/file" };
    const run = 3;
    const made = await this.#count(
      "GuestFile in a directory that others can write: two looks, a run, its bytes",
      2 + run + 2,
      () => this.#create(guestFile, inputs),
    );
    await this.#count("GuestFile there, removed", 1 + run, () => this.#remove(guestFile, made));
  }

  async #runs(): Promise<void> {
    await this.#create(guestProgramRun, { vm: "vm-1", program: "/bin/true" });
    const short = { vm: "vm-1", program: "/bin/sh", arguments: ["-c", "sleep 0.01; echo out; echo err >&2"] };
    await this.#count("GuestProgramRun of 10 ms, small outputs; its directory is made first", 2 + 1, () =>
      this.#create(guestProgramRun, short),
    );
    const large = { vm: "vm-1", program: "/bin/sh", arguments: ["-c", "seq 1 5000; seq 1 5000 >&2"] };
    await this.#count("GuestProgramRun, two outputs of 24 KiB", 2 + 1 + 4, () => this.#create(guestProgramRun, large));
  }

  async #count<T>(work: string, limit: number, act: () => Promise<T>): Promise<T> {
    this.#simulator.clearCalls();
    const started = performance.now();
    const result = await act();
    const milliseconds = performance.now() - started;
    this.#counts.push({ work, methods: this.#simulator.calls.map(({ method }) => method), limit, milliseconds });
    return result;
  }

  async #create(kind: AnyKind, inputs: object): Promise<Recorded> {
    const { id, state } = await create(kind, { inputs: inputs as PropertyMap, secretInputs: noSecrets }, this.#context);
    return { id, state: state as PropertyMap };
  }

  async #update(kind: AnyKind, recorded: Recorded, inputs: object): Promise<Recorded> {
    const { id, state } = await update(
      kind,
      { ...recorded, inputs: inputs as PropertyMap, secretInputs: noSecrets },
      this.#context,
    );
    return { id, state: state as PropertyMap };
  }

  #remove(kind: AnyKind, recorded: Recorded): Promise<void> {
    return remove(kind, { ...recorded, secretInputs: noSecrets }, this.#context);
  }

  async #diff(kind: AnyKind, recorded: Recorded, inputs: object): Promise<void> {
    const request = {
      ...recorded,
      inputs: inputs as PropertyMap,
      secretInputs: noSecrets,
      recordedSecretInputs: noSecrets,
    };
    const { differences } = await diff(kind, request, this.#context);
    if (differences.length > 0) throw new Error(`unexpected: ${differences.map(({ reason }) => reason).join("; ")}`);
  }
}

/** Requests that count against the limit: polls of a run, after its start, are as many as it takes time. */
export function countedRequests({ methods }: RequestCount): number {
  const startedAt = methods.indexOf("StartProgramInGuest");
  const isPoll = (method: string, at: number) => startedAt >= 0 && at > startedAt && method === "ListFilesInGuest";
  return methods.filter((method, at) => !isPoll(method, at)).length;
}
