import { GuestError, hasCode } from "../../errors/guest-error";
import type { GuestFamily, TransferOptions } from "../guest";
import type { TransferRoute } from "../../vcenter/settings";
import type { HostOfVm } from "../../vcenter/inventory/virtual-machine";
import type { Operation } from "../../operation/operation";
import { reasonOf } from "../calls/request-outcome";

/** ESXi hosts that could not be reached, each with the error that told; kept for the life of the process. */
export class UnreachableHosts {
  readonly #errors = new Map<string, GuestError>();

  get(host: string): GuestError | undefined {
    return this.#errors.get(host);
  }

  /** False when the host was known already. */
  add(host: string, error: GuestError): boolean {
    const isNew = !this.#errors.has(host);
    this.#errors.set(host, error);
    return isNew;
  }
}

/** How bytes may travel to the guest. */
export interface UploadOptions extends TransferOptions {
  /** Never in program arguments, unless `transfer` is "inBand". */
  readonly secret?: boolean;
}

/** The two ways of one transfer. */
export interface TransferWays<T> {
  direct(): Promise<T>;
  /** `afterDirect`: the direct way was tried just before. */
  inBand(afterDirect: boolean): Promise<T>;
}

export interface TransferRouterContext {
  /** Where a call does not say. */
  readonly route: TransferRoute;
  readonly unreachable: UnreachableHosts;
  readonly hostOfVm: HostOfVm;
}

/** Chooses the way of each transfer of one VM (docs/decisions/transfers-in-band.md). */
export class TransferRouter {
  readonly #context: TransferRouterContext;

  constructor(context: TransferRouterContext) {
    this.#context = context;
  }

  async take<T>(ways: TransferWays<T>, options: UploadOptions, family: GuestFamily, op: Operation): Promise<T> {
    const route = options.transfer ?? this.#context.route;
    if (route === "direct") return ways.direct();
    if (route === "inBand") {
      if (family !== "posix") throw new GuestError("GUEST_OPERATION_UNSUPPORTED", notInWindows);
      return ways.inBand(false);
    }
    const known = this.#context.unreachable.get(this.#host);
    if (known !== undefined) return around(known, ways, options, family, false);
    try {
      return await ways.direct();
    } catch (error) {
      if (!(error instanceof GuestError) || !hasCode(error, "HOST_UNREACHABLE")) throw error;
      const isNews = this.#context.unreachable.add(this.#host, error);
      if (isNews) op.log.warn(`${error.message} ${untilThen}`);
      return around(error, ways, options, family, true);
    }
  }

  /** What is learned of a host holds for all its VMs; a VM whose host is not told stands alone. */
  get #host(): string {
    const { hostOfVm } = this.#context;
    return hostOfVm.host()?.value ?? hostOfVm.identity.moid;
  }
}

/** In-band past a host that can't be reached, where that may be. */
async function around<T>(
  unreachable: GuestError,
  ways: TransferWays<T>,
  { secret }: UploadOptions,
  family: GuestFamily,
  afterDirect: boolean,
): Promise<T> {
  if (secret === true) throw refused(unreachable, secretsGoDirectly);
  if (family !== "posix") throw refused(unreachable, notInWindows);
  return ways.inBand(afterDirect);
}

const untilThen =
  "Until then the contents of files of its Linux guests go through vCenter (`transfer: auto`), which is slow for more " +
  "than a few megabytes. Set `transfer` to `inBand` to have this without a warning, or to `direct` to have an error.";
const secretsGoDirectly =
  "It holds secrets, and the way through vCenter would show them in the guest's process table for a moment: that is " +
  "done only where `transfer: inBand` asks for it.";
const notInWindows =
  "Windows guests have no way through vCenter (`transfer: inBand`): file contents need the ESXi host.";

function refused(unreachable: GuestError, reason: string): GuestError {
  return new GuestError("HOST_UNREACHABLE", `${reasonOf(unreachable)} ${reason}`, { cause: unreachable });
}
