import type { EsxiHost } from "../../esxi/host";
import type { TransferTicket, TransferTickets } from "../../esxi/transfer-tickets";
import type { ManagedObject, MethodHandlers } from "../managed-object";
import { attributesFromWire, attributesToWire } from "./file-attributes";
import { refuseNegative, type GuestOperations } from "./guest-operations";

/** Entries of one ListFilesInGuest answer when maxResults is left out (docs/reference/guest-operations.md#listings). */
const defaultMaxResults = 50;

/** GuestFileManager: docs/reference/guest-operations.md#files. */
export class GuestFileManager implements ManagedObject {
  readonly ref = { type: "GuestFileManager", value: "guestOperationsFileManager" } as const;
  readonly properties = {};
  readonly #guests: GuestOperations;
  readonly #tickets: TransferTickets;
  /** `host:port` that transfer URLs of this host name; `*` stands for the server called. */
  readonly #authorityOf: (host: EsxiHost) => string;

  constructor(
    guests: GuestOperations,
    tickets: TransferTickets,

    authorityOf: (host: EsxiHost) => string,
  ) {
    this.#guests = guests;
    this.#tickets = tickets;
    this.#authorityOf = authorityOf;
  }

  readonly methods: MethodHandlers<"GuestFileManager"> = {
    MakeDirectoryInGuest: (p) =>
      this.#guests.run("MakeDirectoryInGuest", p, { file: p.directoryPath }, (agent, auth) =>
        agent.makeDirectoryInGuest(auth, p.directoryPath, p.createParentDirectories),
      ),
    DeleteFileInGuest: (p) =>
      this.#guests.run("DeleteFileInGuest", p, { file: p.filePath }, (agent, auth) =>
        agent.deleteFileInGuest(auth, p.filePath),
      ),
    DeleteDirectoryInGuest: (p) =>
      this.#guests.run("DeleteDirectoryInGuest", p, { file: p.directoryPath }, (agent, auth) =>
        agent.deleteDirectoryInGuest(auth, p.directoryPath, p.recursive),
      ),
    MoveDirectoryInGuest: (p) =>
      this.#guests.run(
        "MoveDirectoryInGuest",
        p,
        { file: p.srcDirectoryPath, destination: p.dstDirectoryPath },
        (agent, auth) => agent.moveDirectoryInGuest(auth, p.srcDirectoryPath, p.dstDirectoryPath),
      ),
    MoveFileInGuest: (p) =>
      this.#guests.run("MoveFileInGuest", p, { file: p.srcFilePath, destination: p.dstFilePath }, (agent, auth) =>
        agent.moveFileInGuest(auth, p.srcFilePath, p.dstFilePath, p.overwrite),
      ),
    CreateTemporaryFileInGuest: (p) =>
      this.#guests.run("CreateTemporaryFileInGuest", p, { file: p.directoryPath ?? "" }, (agent, auth) =>
        agent.createTemporaryFileInGuest(auth, p.prefix, p.suffix, p.directoryPath),
      ),
    CreateTemporaryDirectoryInGuest: (p) =>
      this.#guests.run("CreateTemporaryDirectoryInGuest", p, { file: p.directoryPath ?? "" }, (agent, auth) =>
        agent.createTemporaryDirectoryInGuest(auth, p.prefix, p.suffix, p.directoryPath),
      ),
    ListFilesInGuest: (p) => {
      const { index = 0, maxResults = defaultMaxResults } = p;
      return this.#guests.run("ListFilesInGuest", p, { file: p.filePath }, async (agent, auth) => {
        refuseNegative("index", index);
        refuseNegative("maxResults", maxResults);
        const { files, remaining } = await agent.listFilesInGuest(auth, p.filePath, index, maxResults, p.matchPattern);
        return {
          files: files.map((file) => ({ ...file, attributes: attributesToWire(file.attributes) })),
          remaining,
        };
      });
    },
    ChangeFileAttributesInGuest: (p) =>
      this.#guests.run("ChangeFileAttributesInGuest", p, { file: p.guestFilePath }, (agent, auth) =>
        agent.changeFileAttributesInGuest(auth, p.guestFilePath, attributesFromWire(p.fileAttributes)),
      ),
    InitiateFileTransferFromGuest: (p) =>
      this.#guests.run("InitiateFileTransferFromGuest", p, { file: p.guestFilePath }, async (agent, auth, machine) => {
        const { attributes, size } = await agent.initiateFileTransferFromGuest(auth, p.guestFilePath);
        const ticket = this.#tickets.issue(machine, {
          direction: "GET",
          auth,
          path: p.guestFilePath,
          attributes,
          sizeBytes: size,
        });
        return { attributes: attributesToWire(attributes), size, url: this.#url(ticket) };
      }),
    InitiateFileTransferToGuest: (p) =>
      this.#guests.run("InitiateFileTransferToGuest", p, { file: p.guestFilePath }, async (agent, auth, machine) => {
        refuseNegative("fileSize", p.fileSize);
        const attributes = attributesFromWire(p.fileAttributes);
        await agent.initiateFileTransferToGuest(auth, p.guestFilePath, attributes, p.overwrite);
        return this.#url(
          this.#tickets.issue(machine, {
            direction: "PUT",
            auth,
            path: p.guestFilePath,
            attributes,
            sizeBytes: p.fileSize,
          }),
        );
      }),
  };

  #url(ticket: TransferTicket): string {
    return `https://${this.#authorityOf(ticket.machine.host)}/guestFile?id=${ticket.id}&token=${ticket.token}`;
  }
}
