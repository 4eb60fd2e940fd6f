import { z } from "zod";
import type { CorpusRecord } from "../corpus";
import { compareObserved } from "../observed";
import type { ReplayGuest } from "../replay-guest";
import type { Answer, Parameter } from "../soap-client";
import { compare, compareFault, leftOut, verdictOf, type Verdict } from "../verdict";
import { compareListing } from "./listing";

const text = z.string().catch("");
const flag = z.boolean().catch(false);
const number = z.number().catch(0);

/** What a record without a request is about. */
const treeRequest: Readonly<Record<string, unknown>> = {
  filePath: "/srv/gt",
  directoryPath: "/srv/gt/d",
  recursive: true,
};

interface FileCall {
  readonly method: string;
  readonly parameters: readonly Parameter[];
}

/** Replays the record of a file operation: prepares the tree, calls, compares the answer and what is there then. */
export async function replayFileOperation(guest: ReplayGuest, record: CorpusRecord): Promise<Verdict> {
  const reason = untransportable(record);
  if (reason !== undefined) return leftOut(reason);
  const call = fileCall(record);
  if (call === undefined) return leftOut(`no vSphere operation for ${record.op}`);
  await guest.prepare(record);
  const answer = await guest.call("file", call.method, guest.userOf(record), call.parameters);
  const complaints = compareFault(record.result.vix, answer);
  if (answer.fault === undefined && complaints.length === 0) complaints.push(...compareResult(record, answer));
  const result = answer.returned[0]?.text ?? "";
  const placeholders = { "<result>": result };
  return verdictOf([...complaints, ...(await compareObserved(guest, record, placeholders))]);
}

/** Why no vSphere client can send or see this. */
function untransportable(record: CorpusRecord): string | undefined {
  const request = record.request ?? {};
  if (Number(request["maxResults"] ?? 0) < 0 || Number(request["index"] ?? 0) < 0) {
    return "the host refuses negative numbers before the agent sees them";
  }
  if ("raw" in request) return "malformed binary request: no client sends it";
  if ("offset" in request) return "paging of the inner channel: the host does it";
  if (JSON.stringify(request).includes("\\\\xff")) return "not UTF-8: XML cannot carry it";
  if (record.result.files === undefined && record.result["firstReplyBytes"] !== undefined) {
    return "paging of the inner channel: the host does it";
  }
  return undefined;
}

function fileCall(record: CorpusRecord): FileCall | undefined {
  const request = record.request ?? treeRequest;
  const string = (name: string): string => text.parse(request[name]);
  const boolean = (name: string): boolean => flag.parse(request[name]);
  switch (record.op) {
    case "CREATE_DIRECTORY_EX":
      return {
        method: "MakeDirectoryInGuest",
        parameters: [
          ["directoryPath", string("directoryPath")],
          ["createParentDirectories", boolean("createParentDirectories")],
        ],
      };
    case "DELETE_GUEST_FILE_EX":
      return { method: "DeleteFileInGuest", parameters: [["filePath", string("filePath")]] };
    case "DELETE_GUEST_DIRECTORY_EX":
      return {
        method: "DeleteDirectoryInGuest",
        parameters: [
          ["directoryPath", string("directoryPath")],
          ["recursive", boolean("recursive")],
        ],
      };
    case "MOVE_GUEST_DIRECTORY":
      return {
        method: "MoveDirectoryInGuest",
        parameters: [
          ["srcDirectoryPath", string("src")],
          ["dstDirectoryPath", string("dst")],
        ],
      };
    case "MOVE_GUEST_FILE_EX":
      return {
        method: "MoveFileInGuest",
        parameters: [
          ["srcFilePath", string("src")],
          ["dstFilePath", string("dst")],
          ["overwrite", boolean("overwrite")],
        ],
      };
    case "CREATE_TEMPORARY_FILE_EX":
    case "CREATE_TEMPORARY_DIRECTORY":
      return {
        method:
          record.op === "CREATE_TEMPORARY_DIRECTORY" ? "CreateTemporaryDirectoryInGuest" : "CreateTemporaryFileInGuest",
        parameters: [
          ["prefix", string("prefix")],
          ["suffix", string("suffix")],
          ...(string("directoryPath") === "" ? [] : ([["directoryPath", string("directoryPath")]] as const)),
        ],
      };
    case "LIST_FILES":
      return {
        method: "ListFilesInGuest",
        parameters: [
          ["filePath", string("filePath")],
          ["index", number.parse(request["index"])],
          ["maxResults", number.parse(request["maxResults"] ?? 50)],
          ...(request["matchPattern"] === undefined ? [] : ([["matchPattern", string("matchPattern")]] as const)),
        ],
      };
    case "SET_GUEST_FILE_ATTRIBUTES":
      return {
        method: "ChangeFileAttributesInGuest",
        parameters: [["guestFilePath", string("path")], attributesParameter(request, number.parse(request["options"]))],
      };
    case "INITIATE_FILE_TRANSFER_FROM_GUEST":
      return { method: "InitiateFileTransferFromGuest", parameters: [["guestFilePath", string("guestFilePath")]] };
    case "INITIATE_FILE_TRANSFER_TO_GUEST":
      return {
        method: "InitiateFileTransferToGuest",
        parameters: [
          ["guestFilePath", string("guestFilePath")],
          attributesParameter({ hidden: 1, readonly: 1 }, number.parse(request["attributeOptions"])),
          ["fileSize", 5],
          ["overwrite", boolean("overwrite")],
        ],
      };
    default:
      return undefined;
  }
}

/** `options` are the agent's bits: 1 access time, 2 modification time, 4 read-only, 8 hidden, 16 uid, 32 gid, 64 mode. */
function attributesParameter(request: Readonly<Record<string, unknown>>, options: number): Parameter {
  const value = (name: string): number => number.parse(request[name]);
  const time = (name: string): string => new Date(value(name) * 1000).toISOString();
  const has = (bit: number): boolean => (options & bit) !== 0;
  const times: Parameter[] = [
    ...(has(2) ? ([["modificationTime", time("mtime")]] as const) : []),
    ...(has(1) ? ([["accessTime", time("atime")]] as const) : []),
  ];
  const windows: Parameter[] = [
    ...(has(8) ? ([["hidden", value("hidden") === 1]] as const) : []),
    ...(has(4) ? ([["readOnly", value("readonly") === 1]] as const) : []),
  ];
  const posix: Parameter[] = [
    ...(has(16) ? ([["ownerId", value("uid")]] as const) : []),
    ...(has(32) ? ([["groupId", value("gid")]] as const) : []),
    ...(has(64) ? ([["permissions", value("perm")]] as const) : []),
  ];
  const type = windows.length > 0 ? "GuestWindowsFileAttributes" : "GuestPosixFileAttributes";
  return ["fileAttributes", { type, fields: [...times, ...posix, ...windows] }];
}

function compareResult(record: CorpusRecord, answer: Answer): string[] {
  const { raw } = record.result;
  const files = record.result.files ?? undefined;
  if (record.op === "LIST_FILES" && files !== undefined) return compareListing(record, files, answer);
  if (record.op === "INITIATE_FILE_TRANSFER_FROM_GUEST" && files?.[0] !== undefined) {
    return compareListing(record, files, answer);
  }
  if (record.op?.startsWith("CREATE_TEMPORARY") === true && raw !== undefined) {
    return compare("path", shape(raw), shape(answer.returned[0]?.text ?? ""));
  }
  return [];
}

/** Random numbers of a temporary path: only whether they are odd or even counts. */
function shape(path: string): string {
  const parity = (digits: string): string => (Number(digits) % 2 === 0 ? "even" : "odd");
  return path
    .replace(/vmware-(\w+)_\d+-\d+/, "vmware-$1_N")
    .replace(/vmware(\d+)(?=[^/]*$)/, (_, digits: string) => `vmware<${parity(digits)}>`);
}
