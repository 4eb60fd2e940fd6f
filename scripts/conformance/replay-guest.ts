import type { SimulatedVm, Simulator } from "../../simulator";
import type { Corpus, CorpusRecord } from "./corpus";
import { GuestShell, type ShellResult } from "./guest-shell";
import { childText, type Answer, type Parameter, type SoapClient } from "./soap-client";

const tree = "/srv/gt";

const managers: Readonly<Record<string, readonly [type: string, id: string]>> = {
  file: ["GuestFileManager", "guestOperationsFileManager"],
  process: ["GuestProcessManager", "guestOperationsProcessManager"],
  auth: ["GuestAuthManager", "guestOperationsAuthManager"],
  alias: ["GuestAliasManager", "guestOperationsAliasManager"],
  registry: ["GuestWindowsRegistryManager", "guestOperationsWindowsRegistryManager"],
};

export interface ReplayUser {
  readonly name: string;
  readonly password: string;
}

/** A process as ListProcessesInGuest told. */
export interface ListedProcess {
  readonly name: string;
  readonly pid: number;
  readonly owner: string;
  readonly cmdLine: string;
  readonly startTimeMs: number;
  readonly endTimeMs: number | undefined;
  readonly exitCode: number | undefined;
}

/** One guest of the simulator, with its accounts, as a recording finds it. */
export class ReplayGuest {
  readonly #client: SoapClient;
  readonly #corpus: Corpus;
  readonly #guestShell: GuestShell;

  private constructor(
    readonly vm: SimulatedVm,
    readonly simulator: Simulator,
    client: SoapClient,
    corpus: Corpus,
    readonly passwords: Readonly<Record<string, string>>,
    guestShell: GuestShell,
  ) {
    this.#client = client;
    this.#corpus = corpus;
    this.#guestShell = guestShell;
  }

  static async create(
    vm: SimulatedVm,
    simulator: Simulator,
    client: SoapClient,
    corpus: Corpus,
    passwords: Readonly<Record<string, string>>,
  ): Promise<ReplayGuest> {
    const root = { name: "root", password: passwords["root"] ?? "" };
    const { fault } = await client.call(...(managers["process"] ?? ["", ""]), "StartProgramInGuest", [
      ["vm", { reference: "VirtualMachine", id: vm.moid }],
      authentication(root),
      [
        "spec",
        {
          type: "GuestProgramSpec",
          fields: [
            ["programPath", "/bin/true"],
            ["arguments", ""],
          ],
        },
      ],
    ]);
    if (fault !== undefined) throw new Error(`the guest does not start: ${fault.name} ${fault.text}`);
    return new ReplayGuest(vm, simulator, client, corpus, passwords, new GuestShell(vm.root));
  }

  get toolsVersion(): Corpus["toolsVersion"] {
    return this.#corpus.toolsVersion;
  }

  user(name: string): ReplayUser {
    return { name, password: this.passwords[name] ?? "no such account" };
  }

  /** The account of a record, with a wrong password where the record logs in with one. */
  userOf(record: CorpusRecord): ReplayUser {
    const user = this.user(record.user ?? "vgtest");
    return /bad-(password|login)|wrong-password/.test(record.id) ? { ...user, password: "wrong" } : user;
  }

  /** A guest operation over SOAP; `manager` is a key of the five. */
  async call(manager: string, method: string, user: ReplayUser, parameters: readonly Parameter[]): Promise<Answer> {
    const [type, id] = managers[manager] ?? ["", ""];
    const auth = authentication(user, method === "AcquireCredentialsInGuest" ? "requestedAuth" : "auth");
    const vm: Parameter = ["vm", { reference: "VirtualMachine", id: this.vm.moid }];
    return this.#client.call(type, id, method, [vm, auth, ...parameters]);
  }

  async listProcesses(user: ReplayUser, pids: readonly number[]): Promise<ListedProcess[]> {
    const { returned, fault } = await this.call(
      "process",
      "ListProcessesInGuest",
      user,
      pids.map((pid) => ["pids", pid]),
    );
    if (fault !== undefined) throw new Error(`ListProcesses: ${fault.name}`);
    return returned.map((process) => {
      const text = (name: string): string => childText(process, name) ?? "";
      const [endTime, exitCode] = [childText(process, "endTime"), childText(process, "exitCode")];
      return {
        name: text("name"),
        pid: Number(text("pid")),
        owner: text("owner"),
        cmdLine: text("cmdLine"),
        startTimeMs: Date.parse(text("startTime")),
        endTimeMs: endTime === undefined ? undefined : Date.parse(endTime),
        exitCode: exitCode === undefined ? undefined : Number(exitCode),
      };
    });
  }

  /** Looks at a process until it shows the wanted; throws after 30 s. */
  async waitFor(
    pid: number,
    wanted: (process: ListedProcess | undefined) => boolean,
  ): Promise<ListedProcess | undefined> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      const [process] = await this.listProcesses(this.user("root"), [pid]);
      if (wanted(process)) return process;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`process ${pid} did not come to the expected state`);
  }

  /** Makes the tree afresh and prepares it as the record says. */
  async prepare(record: CorpusRecord): Promise<void> {
    const root = await this.shell(
      "root",
      `cd /; for m in $(awk '$5 ~ "^/srv/gt/" {print $5}' /proc/self/mountinfo); do umount $m; done; ` +
        `rm -rf ${tree}; mkdir -p ${tree}; chown vgtest:vgtest ${tree}; rm -rf /dev/shm/gt-*`,
    );
    if (root !== "") throw new Error(`preparing the tree failed: ${root}`);
    if (record.setupAsRoot !== undefined && isShell(record.setupAsRoot)) await this.shell("root", record.setupAsRoot);
    if (record.setup !== undefined && isShell(record.setup)) await this.shell("vgtest", record.setup);
  }

  /** Standard output of a script, or its errors when there is none. */
  async shell(userName: string, script: string): Promise<string> {
    const { output, errors } = await this.shellResult(userName, script);
    return output === "" ? errors : output;
  }

  async shellResult(userName: string, script: string): Promise<ShellResult> {
    const [uid, gid, home] = this.#corpus.users[userName] ?? [0, 0, "/root"];
    return this.#guestShell.run({ uid, gid, home }, script);
  }
}

/** Some setups of the corpus are prose. */
function isShell(setup: string): boolean {
  return !/^(tools\.conf|StartProgram|usermod -L|chage|service|argv=|a sleep|an? |previous|disabled|\[guest|one program|same )/.test(
    setup,
  );
}

function authentication({ name, password }: ReplayUser, element = "auth"): Parameter {
  const fields: Parameter[] = [
    ["interactiveSession", false],
    ["username", name],
    ["password", password],
  ];
  return [element, { type: "NamePasswordAuthentication", fields }];
}
