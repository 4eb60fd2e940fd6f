import picomatch from "picomatch";
import { guestLoginOf, type GuestLoginSettings, openVCenter } from "../config/connection";
import type { ProviderConfig } from "../config/provider-config";
import type { GuestCredential, SspiTokens } from "../guest/guest";
import type { VCenter } from "../guest/vcenter";
import type { Registration } from "../vcenter/inventory/registration";
import type { VmSelector } from "../vcenter/inventory/selector";
import type { GuestSystemInfo, ServerIdentity, ServerProduct, VmIdentity } from "../vcenter/machine";
import { given } from "../values/given";
import { Access } from "./access";
import { VirtualMachine } from "./virtual-machine";
import { perform, type WorkOptions } from "./work";

/**
 * How to reach vSphere: the settings of the provider (docs/reference/configuration.md), under the same names. What is left out
 * comes from the environment: VSPHERE_SERVER, VSPHERE_USER, VSPHERE_PASSWORD, …
 */
export type ConnectSettings = Partial<Omit<ProviderConfig, "missingMachines">>;

/** The guest login of one machine, where it is not that of the connection. */
export interface VmOptions extends GuestLoginSettings {
  /** Tokens of SSPI, for Windows guests, in place of user and password. */
  readonly guestSspi?: SspiTokens;
  /** What `acquireTicket` gave. */
  readonly guestTicket?: string;
  /** Act in the desktop session of that user, who must be logged on there. */
  readonly interactiveSession?: boolean;
}

/** A machine as the inventory tells it. */
export interface FoundMachine {
  readonly identity: VmIdentity;
  readonly state: GuestSystemInfo;
  /** Its inventory path, where it was looked for by that. */
  readonly path?: string;
}

/**
 * Connects to vSphere; nothing is sent before the first use. INVALID_INPUT names every setting that is missing.
 *
 * ```ts
 * const vsphere = connect({ vsphereServer: "vcenter.example.com", user, password });
 * const { stdout } = await vsphere.vm("web-1", { guestUser, guestPassword }).programs.run({ program: "/bin/hostname" });
 * await vsphere.close();
 * ```
 */
export function connect(settings: ConnectSettings = {}): VSphere {
  const values: Readonly<Record<string, unknown>> = settings;
  const { vcenter, guestLogin } = openVCenter((name) => values[name]);
  return new VSphere(vcenter, guestLogin);
}

/** One vSphere server under one login: a vCenter or an ESXi host. */
export class VSphere {
  readonly #vcenter: VCenter;
  readonly #guestLogin: GuestCredential | undefined;

  /** Made by `connect`. */
  constructor(vcenter: VCenter, guestLogin: GuestCredential | undefined) {
    this.#vcenter = vcenter;
    this.#guestLogin = guestLogin;
  }

  /** A machine by name, inventory path, UUID, managed object id, DNS name or IP address, or by `{ name: … }` and the like. */
  vm(selector: VmSelector, options: VmOptions = {}): VirtualMachine {
    const own = loginOf(options);
    return new VirtualMachine(new Access(this.#vcenter, selector, own ?? this.#guestLogin));
  }

  /** Which server it is. */
  server(options: WorkOptions = {}): Promise<ServerIdentity> {
    return perform(
      () => "Asking which server it is",
      options,
      (op) => this.#vcenter.server(op),
    );
  }

  /** What the server's product calls itself. */
  product(options: WorkOptions = {}): Promise<ServerProduct> {
    return perform(
      () => "Asking which product it is",
      options,
      (op) => this.#vcenter.product(op),
    );
  }

  /**
   * Machines that the user may see, by name. `pattern`: a glob of their names, or of their inventory paths where it holds a
   * `/`: `web-*`, `/DC0/vm/shop/*`, `/DC0/vm/**`. Without one: all.
   */
  async find(pattern?: string, options: WorkOptions = {}): Promise<FoundMachine[]> {
    const what = () => "Listing the machines";
    return perform(what, options, async (op) => {
      const found = await this.#vcenter.virtualMachines(op);
      const isByPath = pattern?.includes("/") === true;
      const moids = found.map(({ identity }) => identity.moid);
      const paths = isByPath ? await this.#vcenter.inventoryPaths(moids, op) : undefined;
      const matches = pattern === undefined ? () => true : picomatch(pattern, { dot: true, bash: !isByPath });
      return found
        .filter(({ identity: { moid, name } }) => {
          const told = paths === undefined ? name : (paths.get(moid) ?? "");
          return told === pattern || matches(told);
        })
        .map(({ identity, system }) => ({ identity, state: system, ...given({ path: paths?.get(identity.moid) }) }))
        .sort((a, b) => order(a.identity.name, b.identity.name) || order(a.identity.moid, b.identity.moid));
    });
  }

  /** Puts a machine whose files are there into the inventory. */
  async register(registration: Registration, options: WorkOptions = {}): Promise<VmIdentity> {
    return perform(
      () => `Registering ${registration.vmxPath}`,
      options,
      (op) => this.#vcenter.register(registration, op),
    );
  }

  /** Logs out. A later use logs in again. A program that ends by itself is logged out then. */
  close(): Promise<void> {
    return this.#vcenter.close();
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function loginOf({ guestSspi, guestTicket, interactiveSession = false, ...others }: VmOptions) {
  if (guestTicket !== undefined) return { ticket: guestTicket, interactiveSession };
  if (guestSspi !== undefined) return { sspi: guestSspi, interactiveSession };
  return guestLoginOf(others, interactiveSession);
}
