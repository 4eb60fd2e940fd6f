import type { Operation } from "../../../operation/operation";
import { cleanupOperation } from "../../../operation/deadline";
import { given } from "../../../values/given";
import type { GuestCalls } from "../../calls/guest-calls";
import { makePrivateDirectory } from "../../calls/private-directory";
import { reasonOf } from "../../calls/request-outcome";
import type { ContentSource, FileAttributes, FileStat, GuestPrograms, ProgramResult, WriteOptions } from "../../guest";
import { splitPath } from "../../paths/path";
import { posixRoomPath } from "../../paths/temporary-places";
import type { Transfers } from "../../transfer/transfers";
import { statOfLine } from "../stat";
import { temporaryName } from "../temporary/name";
import type { ValidateFile } from "../write";
import { foreignExitCodes } from "./enter-script";
import { foreignError, notWrittenAsSaid } from "./errors";
import {
  attributesScript,
  copyScript,
  makeDirectoryScript,
  moveScript,
  putScript,
  removeDirectoryScript,
  removeFileScript,
} from "./scripts";

const defaultMode = 0o644;

/** What changes in foreign places are made with. */
export interface ForeignContext {
  readonly calls: GuestCalls;
  readonly transfers: Transfers;
  readonly validate: ValidateFile;
  readonly run: GuestPrograms["run"];
}

interface Step {
  readonly path: string;
  readonly script: string;
  readonly parameters: readonly string[];
  readonly stdin?: ContentSource;
  readonly secret?: boolean;
  readonly transfer?: WriteOptions["transfer"];
}

/**
 * The changes of GuestFiles in places of a POSIX guest that others can write (places.ts): each is one script in the guest,
 * which follows no link of theirs. What Tools do by name would. 3 requests and looks each, two more with bytes.
 */
export class ForeignFiles {
  readonly #context: ForeignContext;

  constructor(context: ForeignContext) {
    this.#context = context;
  }

  async write(path: string, content: ContentSource, options: WriteOptions, op: Operation): Promise<FileStat> {
    if (options.validateCommand === undefined) return this.#put(path, "", content, options, op);
    return this.#validated(path, options.validateCommand, content, options, op);
  }

  async makeDirectory(path: string, attributes: FileAttributes, op: Operation): Promise<void> {
    const parameters = [...nameOf(path), ...attributesOf(attributes)];
    await this.#run({ path, script: makeDirectoryScript, parameters }, op);
  }

  async changeAttributes(path: string, attributes: FileAttributes, op: Operation): Promise<void> {
    const parameters = [...nameOf(path), ...attributesOf(attributes)];
    await this.#run({ path, script: attributesScript, parameters }, op);
  }

  async moveFile(source: string, path: string, overwrite: boolean, op: Operation): Promise<void> {
    const parameters = [...nameOf(source), ...nameOf(path), overwrite ? "1" : ""];
    await this.#run({ path, script: moveScript, parameters }, op);
  }

  async copyFile(source: string, path: string, op: Operation): Promise<void> {
    await this.#run({ path, script: copyScript, parameters: [...nameOf(source), ...nameOf(path)] }, op);
  }

  deleteFile(path: string, op: Operation): Promise<boolean> {
    return this.#remove({ path, script: removeFileScript, parameters: nameOf(path) }, op);
  }

  deleteDirectory(path: string, recursive: boolean, op: Operation): Promise<boolean> {
    const parameters = [...nameOf(path), recursive ? "1" : ""];
    return this.#remove({ path, script: removeDirectoryScript, parameters }, op);
  }

  /** The command sees the file in a directory that is the login's own: beside its target others could swap it. */
  async #validated(path: string, command: string, content: ContentSource, options: WriteOptions, op: Operation) {
    const { calls, transfers, validate } = this.#context;
    const directory = posixRoomPath();
    await makePrivateDirectory(calls, directory, op);
    try {
      const temporaryPath = `${directory}/${splitPath(path, "posix").name}`;
      await transfers.upload(temporaryPath, { mode: 0o600 }, content, true, op, options);
      await validate(command, { temporaryPath, targetPath: path, isSecret: options.secret === true }, op);
      return await this.#put(path, temporaryPath, content, options, op);
    } finally {
      await this.#removePrivate(directory, op);
    }
  }

  async #put(path: string, source: string, content: ContentSource, options: WriteOptions, op: Operation) {
    const { attributes, keep = {}, writtenAt, overwrite = true, secret, transfer } = options;
    const { prefix, suffix } = temporaryName(splitPath(path, "posix").name, op.deadlineMs);
    const kept = { ...keep, ...attributes };
    const keptOwner = attributes.ownerId === undefined && attributes.groupId === undefined ? ownerText(keep) : "";
    const [mode, owner, time] = attributesOf({
      ...given({ modifiedAt: writtenAt }),
      ...attributes,
      mode: kept.mode ?? defaultMode,
    });
    const parameters = [...nameOf(path), prefix + suffix, source, String(content.sizeBytes)]
      .concat([mode, owner, keptOwner, time])
      .concat(overwrite ? "1" : "");
    const stdin = source === "" && content.sizeBytes > 0 ? { stdin: content } : {};
    const step = { path, script: putScript, parameters, ...stdin, ...given({ secret, transfer }) };
    const { stdout } = await this.#run(step, op);
    const stat = statOfLine(path, stdout.bytes.toString("utf8"));
    if (stat?.sizeBytes !== content.sizeBytes) throw notWrittenAsSaid(this.#context.calls.vm, path);
    return stat;
  }

  async #remove(step: Step, op: Operation): Promise<boolean> {
    const gone: readonly number[] = [foreignExitCodes.absent, foreignExitCodes.missing];
    return !gone.includes((await this.#run(step, op, gone)).exitCode);
  }

  async #run(step: Step, op: Operation, accepted: readonly number[] = []): Promise<ProgramResult> {
    const { path, script, parameters, stdin, secret = false, transfer } = step;
    const result = await this.#context.run(
      {
        name: "a change in a directory that others can write",
        command: { program: "/bin/sh", arguments: ["-c", script, "sh", ...parameters] },
        environmentMode: "merge",
        workingDirectory: "/",
        outputLimitBytes: 4_096,
        secret: { script: false, environment: false, stdin: secret },
        // Files says itself what it changes.
        readsOnly: true,
        ...given({ stdin, transfer }),
      },
      op,
    );
    if (result.exitCode === 0 || accepted.includes(result.exitCode)) return result;
    const { vm, guestUser } = this.#context.calls;
    throw foreignError({ vm, login: `the guest user "${guestUser}"` }, path, result);
  }

  async #removePrivate(directory: string, op: Operation): Promise<void> {
    const { calls } = this.#context;
    try {
      await calls.deleteDirectoryInGuest(directory, true, cleanupOperation(op));
    } catch (error) {
      op.log.warn(`${calls.vm.name} ${directory}: this directory may be left behind: ${reasonOf(error)}`);
    }
  }
}

/** The directory and the name in it. */
function nameOf(path: string): [string, string] {
  const { directory, name } = splitPath(path, "posix");
  return [directory, name];
}

/** Mode, owner and time as the scripts take them; nothing for what is not to be set. */
function attributesOf(attributes: FileAttributes): [string, string, string] {
  const { mode, modifiedAt } = attributes;
  return [
    mode === undefined ? "" : mode.toString(8).padStart(4, "0"),
    ownerText(attributes),
    modifiedAt === undefined ? "" : String(Math.floor(modifiedAt.getTime() / 1000)),
  ];
}

function ownerText({ ownerId, groupId }: Pick<FileAttributes, "ownerId" | "groupId">): string {
  if (ownerId === undefined && groupId === undefined) return "";
  return `${ownerId ?? ""}${groupId === undefined ? "" : `:${groupId}`}`;
}
