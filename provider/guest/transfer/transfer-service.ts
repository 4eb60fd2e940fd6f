import { GuestError, hasCode } from "../../errors/guest-error";
import { Pauses } from "../../operation/pauses";
import type { TrustSettings } from "../../soap/trust";
import type { ContentSource } from "../guest";
import type { VmIdentity } from "../../vcenter/machine";
import type { HostOfVm } from "../../vcenter/inventory/virtual-machine";
import type { Operation } from "../../operation/operation";
import { Slots } from "../../operation/slots";
import {
  getTransfer,
  putTransfer,
  type AllowedTarget,
  type IncomingTransfer,
  type TransferSubject,
} from "./http-transfer";
import type { TransferTrust } from "./host-trust";
import { leadsNearby } from "./own-machine";
import { transferTarget } from "./target";
import type { VCenterConnection } from "../../vcenter/connection";

const attempts = 3;
const uploadsAtOnce = 4;

/**
 * Transfers of one VM. A URL serves once and dies when the VM moves or changes its power state, so a failed transfer
 * starts again with a new one (docs/reference/guest-operations.md#transfers).
 */
export class TransferService {
  readonly #connection: VCenterConnection;
  readonly #trust: TransferTrust;
  readonly #transferHosts: Readonly<Record<string, string>>;
  readonly #hostOfVm: HostOfVm;
  readonly #uploads = new Slots(uploadsAtOnce);

  constructor(
    connection: VCenterConnection,
    trust: TransferTrust,
    transferHosts: Readonly<Record<string, string>>,
    hostOfVm: HostOfVm,
  ) {
    this.#connection = connection;
    this.#trust = trust;
    this.#transferHosts = transferHosts;
    this.#hostOfVm = hostOfVm;
  }

  /** Uploads to the URLs that `initiate` gets, one per attempt (counted from 1). */
  upload(
    vm: VmIdentity,
    path: string,
    content: ContentSource,
    initiate: (attempt: number) => Promise<string>,
    op: Operation,
  ): Promise<void> {
    const subject = describe(vm, path);
    const attempt = async (count: number) => {
      const url = await initiate(count);
      const done = this.#connection.hold();
      try {
        await this.#trusting(url, op, (target, trust) => putTransfer(target, trust, content, subject, op.signal));
      } finally {
        done();
      }
    };
    return this.#uploads.run(() => this.#repeat(attempt, op), op.signal);
  }

  /** Opens a download of what `initiate` gets a URL for. A body that breaks off is the reader's to repeat. */
  download<T extends { readonly url: string }>(
    vm: VmIdentity,
    path: string,
    initiate: () => Promise<T>,
    op: Operation,
  ): Promise<{ readonly info: T; readonly incoming: IncomingTransfer }> {
    const subject = describe(vm, path);
    return this.#repeat(async () => {
      const info = await initiate();
      const incoming = await this.#trusting(info.url, op, (target, trust) =>
        getTransfer(target, trust, subject, op.signal, this.#connection.hold()),
      );
      return { info, incoming };
    }, op);
  }

  async #repeat<T>(attempt: (count: number) => Promise<T>, op: Operation): Promise<T> {
    const pauses = new Pauses({ firstMs: 200 });
    for (let count = 1; ; count++) {
      try {
        return await attempt(count);
      } catch (error) {
        const again = error instanceof GuestError && error.code === "TRANSFER_FAILED" && error.retryable;
        if (!again || count === attempts || !pauses.fitBefore(op.deadlineMs)) throw error;
        op.log.info(`${error.message} Trying again.`);
        await pauses.pass(op.signal);
      }
    }
  }

  async #trusting<T>(
    url: string,
    op: Operation,
    transfer: (target: AllowedTarget, trust: TrustSettings) => Promise<T>,
  ): Promise<T> {
    const { endpoint } = this.#connection;
    const named = transferTarget(url, endpoint, this.#transferHosts);
    // A server that is here itself, a simulator or a tunnel's end, has its hosts here.
    const target = { ...named, mayLeadBack: named.isConfigured || (await leadsNearby(endpoint.host)) };
    if (target.isServerItself) return transfer(target, this.#trust.ofServer);
    const call = { signal: op.signal };
    try {
      return await transfer(target, await this.#trust.ofHost(this.#hostOfVm.host(), call));
    } catch (error) {
      if (!hasCode(error, "CERTIFICATE_NOT_TRUSTED")) throw error;
      // The VM may have moved to another host since, or the host got a new certificate. Nothing was sent yet.
      this.#trust.forget(this.#hostOfVm.host());
      await this.#hostOfVm.refresh(call);
      return transfer(target, await this.#trust.ofHost(this.#hostOfVm.host(), call));
    }
  }
}

function describe(vm: VmIdentity, path: string): TransferSubject {
  return { description: `${path} in VM "${vm.name}" (${vm.moid})` };
}
