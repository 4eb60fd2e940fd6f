import { serverCertificate } from "../../simulator/http/certificate";
import { startSimulator, type Simulator } from "../../simulator";
import type { Corpus, CorpusRecord } from "./corpus";
import { ReplayGuest } from "./replay-guest";
import { SoapClient } from "./soap-client";
import { replayAlias } from "./suites/aliases";
import { replayEnvironment, replayLogin, replayPlainCall, replaySwitch } from "./suites/accounts";
import { replayFileOperation } from "./suites/file-operations";
import { replayProcessList } from "./suites/process-list";
import { replayProgram } from "./suites/programs";
import { replayTermination } from "./suites/termination";
import { leftOut, type Verdict } from "./verdict";

export interface Outcome {
  readonly id: string;
  readonly toolsVersion: string;
  readonly verdict: Verdict;
}

const guestCount = 16;

const passwords: Readonly<Record<string, string>> = {
  root: "R00t-rig-pw",
  vgtest: "Pa55-word!",
  vgother: "0ther-pw",
  vglocked: "l0cked-pw",
  vgexpired: "3xpired-pw",
  vgnoshell: "n0shell-pw",
  vgempty: "",
  vgutf: "pässwörd-日本",
};

/** Suites whose records build on each other: they run in order in one guest. */
const stories: ReadonlySet<string> = new Set(["aliases", "config-disabled", "start-program-no-bash"]);

type Replay = (guest: ReplayGuest, record: CorpusRecord) => Promise<Verdict>;

/** Replays the records of one agent against guests of that Tools version. */
export async function replayCorpus(corpus: Corpus): Promise<Outcome[]> {
  const simulator = await startSimulator({
    vms: guestCount,
    toolsVersion: corpus.toolsVersion,
    guestPassword: passwords["root"] ?? "",
    guestUsers: guestUsers(corpus),
  });
  const client = new SoapClient(simulator.url, simulator.certificatePem);
  try {
    await client.login("administrator@vsphere.local", "simulated");
    return await replayAll(simulator, client, corpus);
  } finally {
    await client.close();
    await simulator.stop();
  }
}

function guestUsers(corpus: Corpus) {
  const extra: Corpus["users"] = {
    vgempty: [2001, 2001, "/home/vgempty", "/bin/bash"],
    vgutf: [2002, 2002, "/home/vgutf", "/bin/bash"],
  };
  const accounts = Object.entries({ ...corpus.users, ...extra }).filter(([name]) => name !== "root");
  return accounts.map(([name, [uid, gid, home, shell]]) => ({
    name,
    uid,
    gid,
    home,
    shell,
    password: passwords[name] ?? "",
    refused: name === "vglocked" || name === "vgexpired",
  }));
}

async function replayAll(simulator: Simulator, client: SoapClient, corpus: Corpus): Promise<Outcome[]> {
  const guests = await Promise.all(
    simulator.vms.map((vm) => ReplayGuest.create(vm, simulator, client, corpus, passwords)),
  );
  const certificates = [await certificate("one"), await certificate("two")] as const;
  const queue = jobs(corpus.records);
  const outcomes: Outcome[] = [];
  await Promise.all(
    guests.map(async (guest) => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        for (const record of job) {
          const verdict = await replayOne(guest, record, certificates);
          outcomes.push({ id: record.id, toolsVersion: corpus.toolsVersion, verdict });
        }
      }
    }),
  );
  return outcomes;
}

/** What one guest does in a row: a whole story, or a single record. The slow ones come first. */
function jobs(records: readonly CorpusRecord[]): CorpusRecord[][] {
  const told = new Map<string, CorpusRecord[]>();
  const single: CorpusRecord[][] = [];
  for (const record of records) {
    const suite = suiteOf(record);
    if (stories.has(suite)) told.set(suite, [...(told.get(suite) ?? []), record]);
    else single.push([record]);
  }
  const isSlow = ([record]: CorpusRecord[]): boolean => record !== undefined && suiteOf(record).startsWith("terminate");
  return [...told.values(), ...single.filter(isSlow), ...single.filter((job) => !isSlow(job))];
}

async function replayOne(
  guest: ReplayGuest,
  record: CorpusRecord,
  certificates: readonly [string, string],
): Promise<Verdict> {
  try {
    return await replayOf(record, certificates)(guest, record);
  } catch (error) {
    return { kind: "differs", reasons: [error instanceof Error ? error.message : String(error)] };
  }
}

function replayOf(record: CorpusRecord, certificates: readonly [string, string]): Replay {
  switch (suiteOf(record)) {
    case "aliases":
      return (guest, one) => replayAlias(guest, one, certificates);
    case "config-disabled":
      return replaySwitch;
    case "credentials":
    case "credentials-pam-only":
    case "interactive-agent":
    case "vgauth-down":
      return replayLogin;
    case "registry":
      return replayPlainCall;
    case "list-processes":
    case "exited-retention":
      return replayProcessList;
    case "terminate-process":
    case "terminate-edge":
      return replayTermination;
    case "start-program-no-bash":
      return replayWithoutBash;
    default:
      return replayByOperation(record);
  }
}

/** Hides bash: /usr/bin becomes a directory of links to everything else. */
async function replayWithoutBash(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  await guest.shell(
    "root",
    "mkdir -p /mnt/bin && mount --bind /usr/bin /mnt/bin && mount -t tmpfs tmpfs /usr/bin && " +
      "ln -s /mnt/bin/* /usr/bin && rm /usr/bin/bash",
  );
  try {
    return await replayProgram(guest, record);
  } finally {
    await guest.shell("root", "/mnt/bin/umount /usr/bin; umount /mnt/bin");
  }
}

function replayByOperation(record: CorpusRecord): Replay {
  if (record.setup?.startsWith("service started with") === true) {
    return async () => leftOut("the agent's own environment is fixed in a simulated guest");
  }
  if (record.op === "START_PROGRAM") return replayProgram;
  if (record.op === "READ_ENV_VARIABLES") return replayEnvironment;
  return replayFileOperation;
}

function suiteOf(record: CorpusRecord): string {
  return record.id.split("/", 1)[0] ?? "";
}

async function certificate(name: string): Promise<string> {
  const { pem } = await serverCertificate([name]);
  return pem.replace(/-----[A-Z ]+-----|\s/g, "");
}
