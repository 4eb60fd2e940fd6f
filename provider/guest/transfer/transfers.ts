import { hasCode } from "../../errors/guest-error";
import type { Operation } from "../../operation/operation";
import type { VmIdentity } from "../../vcenter/machine";
import type { GuestCalls } from "../calls/guest-calls";
import type { ContentSource, FileAttributes, GuestFamily, IncomingFile, TransferOptions } from "../guest";
import { downloadInBand } from "./in-band/download";
import { uploadInBand } from "./in-band/upload";
import type { TransferRouter, UploadOptions } from "./route";
import type { TransferService } from "./transfer-service";

/** Contents of files to and from one guest under one login, by whichever way is open. Errors: GuestError. */
export class Transfers {
  readonly vm: VmIdentity;
  readonly family: GuestFamily;
  readonly #calls: GuestCalls;
  readonly #service: TransferService;
  readonly #router: TransferRouter;

  constructor(calls: GuestCalls, service: TransferService, router: TransferRouter) {
    this.vm = calls.vm;
    this.family = calls.family;
    this.#calls = calls;
    this.#service = service;
    this.#router = router;
  }

  /** Sends a whole file. PATH_EXISTS without `overwrite` where something is there. */
  upload(
    path: string,
    attributes: FileAttributes,
    content: ContentSource,
    overwrite: boolean,
    op: Operation,
    options: UploadOptions = {},
  ): Promise<void> {
    const ways = {
      direct: () => this.#uploadDirectly(path, attributes, content, overwrite, op),
      inBand: async (afterDirect: boolean) => {
        // An attempt before the one that found no way may have left its part.
        if (afterDirect) await this.#calls.deleteFileInGuest(path, op).catch(unlessGone);
        await uploadInBand(this.#calls, path, attributes, content, op);
      },
    };
    return this.#router.take(ways, options, this.#calls.family, op);
  }

  /** Opens a regular file for reading. */
  download(path: string, op: Operation, options: TransferOptions = {}): Promise<IncomingFile> {
    const ways = {
      direct: () => this.#downloadDirectly(path, op),
      inBand: () => downloadInBand(this.#calls, path, op),
    };
    return this.#router.take(ways, options, this.#calls.family, op);
  }

  async #uploadDirectly(
    path: string,
    attributes: FileAttributes,
    content: ContentSource,
    overwrite: boolean,
    op: Operation,
  ): Promise<void> {
    const initiate = (attempt: number) => {
      // An attempt that broke off may have left its part of the file.
      const options = { fileSizeBytes: content.sizeBytes, overwrite: overwrite || attempt > 1 };
      return this.#calls.initiateFileTransferToGuest(path, attributes, options, op);
    };
    await this.#service.upload(this.vm, path, content, initiate, op);
  }

  async #downloadDirectly(path: string, op: Operation): Promise<IncomingFile> {
    const initiate = () => this.#calls.initiateFileTransferFromGuest(path, op);
    const { info, incoming } = await this.#service.download(this.vm, path, initiate, op);
    return { sizeBytes: incoming.sizeBytes ?? info.size, body: incoming.body };
  }
}

function unlessGone(error: unknown): void {
  if (!hasCode(error, "PATH_NOT_FOUND")) throw error;
}
