import { z } from "zod";
import type { CorpusRecord } from "../corpus";
import type { ReplayGuest, ReplayUser } from "../replay-guest";
import type { Parameter } from "../soap-client";
import { compare, compareFault, leftOut, verdictOf, type Verdict } from "../verdict";

const requestSchema = z.looseObject({ user: z.string(), password: z.string(), credentialType: z.number() });

const calls: Readonly<Record<string, readonly [manager: string, method: string, parameters: readonly Parameter[]]>> = {
  VALIDATE_CREDENTIALS: ["auth", "ValidateCredentialsInGuest", []],
  ACQUIRE_CREDENTIALS: ["auth", "AcquireCredentialsInGuest", []],
  RELEASE_CREDENTIALS: ["auth", "ReleaseCredentialsInGuest", []],
  START_PROGRAM: [
    "process",
    "StartProgramInGuest",
    [
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
    ],
  ],
  LIST_PROCESSES_EX: ["process", "ListProcessesInGuest", []],
  TERMINATE_PROCESS: ["process", "TerminateProcessInGuest", [["pid", 4194300]]],
  READ_ENV_VARIABLES: ["process", "ReadEnvironmentVariableInGuest", []],
  LIST_FILES: ["file", "ListFilesInGuest", [["filePath", "/srv/gt"]]],
  DELETE_GUEST_FILE_EX: ["file", "DeleteFileInGuest", [["filePath", "/srv/gt/nope"]]],
  DELETE_GUEST_DIRECTORY_EX: [
    "file",
    "DeleteDirectoryInGuest",
    [
      ["directoryPath", "/srv/gt/nope"],
      ["recursive", false],
    ],
  ],
  CREATE_DIRECTORY_EX: [
    "file",
    "MakeDirectoryInGuest",
    [
      ["directoryPath", "/srv/gt/d"],
      ["createParentDirectories", false],
    ],
  ],
  MOVE_GUEST_DIRECTORY: [
    "file",
    "MoveDirectoryInGuest",
    [
      ["srcDirectoryPath", "/srv/gt/nope"],
      ["dstDirectoryPath", "/srv/gt/n"],
    ],
  ],
  MOVE_GUEST_FILE_EX: [
    "file",
    "MoveFileInGuest",
    [
      ["srcFilePath", "/srv/gt/nope"],
      ["dstFilePath", "/srv/gt/n"],
      ["overwrite", false],
    ],
  ],
  CREATE_TEMPORARY_FILE_EX: [
    "file",
    "CreateTemporaryFileInGuest",
    [
      ["prefix", ""],
      ["suffix", ""],
    ],
  ],
  CREATE_TEMPORARY_DIRECTORY: [
    "file",
    "CreateTemporaryDirectoryInGuest",
    [
      ["prefix", ""],
      ["suffix", ""],
    ],
  ],
  SET_GUEST_FILE_ATTRIBUTES: [
    "file",
    "ChangeFileAttributesInGuest",
    [
      ["guestFilePath", "/srv/gt/nope"],
      ["fileAttributes", { type: "GuestPosixFileAttributes", fields: [["permissions", 384]] }],
    ],
  ],
  INITIATE_FILE_TRANSFER_FROM_GUEST: ["file", "InitiateFileTransferFromGuest", [["guestFilePath", "/etc/hosts"]]],
  INITIATE_FILE_TRANSFER_TO_GUEST: [
    "file",
    "InitiateFileTransferToGuest",
    [
      ["guestFilePath", "/srv/gt/new"],
      ["fileAttributes", { type: "GuestFileAttributes", fields: [] }],
      ["fileSize", 1],
      ["overwrite", false],
    ],
  ],
  LIST_AUTH_PROVIDER_ALIASES: ["alias", "ListGuestAliases", [["username", "vgtest"]]],
  LIST_AUTH_MAPPED_ALIASES: ["alias", "ListGuestMappedAliases", []],
  CREATE_REGISTRY_KEY: ["registry", "CreateRegistryKeyInGuest", [keyName(), ["isVolatile", false]]],
  LIST_REGISTRY_KEYS: ["registry", "ListRegistryKeysInGuest", [keyName(), ["recursive", false]]],
  DELETE_REGISTRY_KEY: ["registry", "DeleteRegistryKeyInGuest", [keyName(), ["recursive", false]]],
  SET_REGISTRY_VALUE: [
    "registry",
    "SetRegistryValueInGuest",
    [
      [
        "value",
        {
          type: "GuestRegValueSpec",
          fields: [
            ["name", valueName()],
            ["data", { type: "GuestRegValueDwordSpec", fields: [["value", 1]] }],
          ],
        },
      ],
    ],
  ],
  LIST_REGISTRY_VALUES: ["registry", "ListRegistryValuesInGuest", [keyName(), ["expandStrings", false]]],
  DELETE_REGISTRY_VALUE: ["registry", "DeleteRegistryValueInGuest", [["valueName", valueName()]]],
};

const credentialTypes: ReadonlySet<number> = new Set([1, 4]);

/** Records of logins: wrong ones of every kind, and that they come before the work. */
export async function replayLogin(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  const suite = record.id.split("/")[0];
  if (suite === "vgauth-down") return leftOut("the alias service of a simulated guest cannot be stopped");
  if (suite === "interactive-agent") return leftOut("the per-user agent of a desktop session: the host routes to it");
  if (/password-must-change|after-password-change/.test(record.id)) {
    return leftOut("accounts are an option of the simulator; a password changed inside the guest does not count");
  }
  const request = requestSchema.safeParse(record.request);
  if (request.success && !credentialTypes.has(request.data.credentialType)) {
    return leftOut(`credential type ${request.data.credentialType} of the inner channel`);
  }
  const user: ReplayUser = request.success
    ? { name: request.data.user, password: expand(request.data.password) }
    : guest.userOf(record);
  const call = calls[record.op ?? ""];
  if (call === undefined) return leftOut(`no vSphere operation for ${record.op}`);
  const [manager, method, parameters] = call;
  const path = record.request?.["filePath"];
  const actual: readonly Parameter[] = typeof path === "string" ? [["filePath", path]] : parameters;
  await guest.prepare(record);
  return verdictOf(compareFault(record.result.vix, await guest.call(manager, method, user, actual)));
}

/** The corpus shortens long passwords to "...(n bytes)". */
function expand(password: string): string {
  const bytes = /^\.\.\.\((\d+) bytes\)$/.exec(password)?.[1];
  return bytes === undefined ? password : "p".repeat(Number(bytes));
}

/** Registry operations, which a Linux guest refuses before any login. */
export async function replayPlainCall(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  const call = calls[record.op ?? ""];
  if (call === undefined) return leftOut(`no vSphere operation for ${record.op}`);
  const [manager, method, parameters] = call;
  return verdictOf(
    compareFault(record.result.vix, await guest.call(manager, method, guest.userOf(record), parameters)),
  );
}

/** ReadEnvironmentVariable. */
export async function replayEnvironment(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  if (record.id.startsWith("read-env-large") || record.id.includes("service-env") || record.id.startsWith("protocol")) {
    return leftOut("the agent's own environment is fixed in a simulated guest");
  }
  if (record.request?.["raw"] !== undefined) return leftOut("malformed binary request: no client sends it");
  const names = z.array(z.string()).catch([]).parse(record.request?.["names"]);
  const parameters = names.map((name): Parameter => ["names", name]);
  const answer = await guest.call("process", "ReadEnvironmentVariableInGuest", guest.userOf(record), parameters);
  const complaints = compareFault(record.result.vix, answer);
  if (complaints.length === 0 && record.result.values !== undefined) {
    complaints.push(
      ...compare(
        "values",
        record.result.values,
        answer.returned.map(({ text }) => text),
      ),
    );
  }
  return verdictOf(complaints);
}

/** Operations switched off in tools.conf, alone and all together. */
export async function replaySwitch(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  if (record.op === "GET_TOOLS_STATE") return leftOut("no vSphere operation for GET_TOOLS_STATE");
  await guest.prepare(record);
  const complaints: string[] = [];
  const check = async (what: string, vix: number, op: string | null, user: ReplayUser): Promise<void> => {
    const [manager, method, parameters] = calls[op ?? ""] ?? ["", "", []];
    const wrong = compareFault(vix, await guest.call(manager, method, user, parameters));
    complaints.push(...wrong.map((text) => `${what}: ${text}`));
  };
  const user = guest.user("vgtest");
  await writeConf(guest, confOf(record.id));
  await check("switched", record.result.vix ?? 0, record.op, user);
  const bad = vixOf(record["withBadPassword"]);
  if (bad !== undefined) await check("with a bad password", bad, record.op, { ...user, password: "wrong" });
  const other = vixOf(record["otherOperationMeanwhile"]);
  const otherOperation = record.op === "LIST_FILES" ? "VALIDATE_CREDENTIALS" : "LIST_FILES";
  if (other !== undefined) await check("another operation", other, otherOperation, user);
  await writeConf(guest, "");
  const enabled = vixOf(record["enabled"]);
  if (enabled !== undefined) await check("enabled again", enabled, record.op, user);
  return verdictOf(complaints);
}

function confOf(id: string): string {
  const operation = /one\/(\w+)$/.exec(id)?.[1];
  const lines: Readonly<Record<string, string>> = {
    "config-disabled/all-beats-one": "disabled=true\nListFilesInGuest.disabled=false",
    "config-disabled/all-garbage-value": "disabled=garbage",
    "config-disabled/re-enabled": "",
  };
  return `[guestoperations]\n${operation === undefined ? (lines[id] ?? "disabled=true") : `${operation}.disabled=true`}\n`;
}

async function writeConf(guest: ReplayGuest, text: string): Promise<void> {
  await guest.shell("root", `printf '%s' '${text}' > /etc/vmware-tools/tools.conf`);
}

function vixOf(value: unknown): number | undefined {
  return z.object({ vix: z.number() }).safeParse(value).data?.vix;
}

function keyName(): Parameter {
  return [
    "keyName",
    {
      type: "GuestRegKeyNameSpec",
      fields: [
        ["registryPath", "HKEY_LOCAL_MACHINE\\SOFTWARE\\X"],
        ["wowBitness", "WOWNative"],
      ],
    },
  ];
}

function valueName(): Extract<Parameter[1], { type: string }> {
  return { type: "GuestRegValueNameSpec", fields: [keyName(), ["name", "v"]] };
}
