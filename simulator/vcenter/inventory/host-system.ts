import type { EsxiHost } from "../../esxi/host";
import type { Data } from "../../soap/schema/types";
import { hostAbout } from "../about";
import type { Properties } from "../managed-object";
import { entityProperties, refsOf, type Entity } from "./entity";

/**
 * HostSystem: how clients learn the certificate of the server that transfers go to
 * (docs/reference/guest-operations.md#transfers).
 */
export class HostSystem implements Entity {
  readonly ref: EsxiHost["ref"];
  readonly #bootTime = new Date();
  readonly #surroundings: {
    machines(): readonly Entity[];
    datastores(): readonly Entity[];
    networks(): readonly Entity[];
  };

  constructor(
    readonly host: EsxiHost,
    readonly parent: Entity,
    surroundings: {
      machines(): readonly Entity[];
      datastores(): readonly Entity[];
      networks(): readonly Entity[];
    },
  ) {
    this.#surroundings = surroundings;
    this.ref = host.ref;
  }

  entityName = (): string => this.host.name;
  children = (): readonly Entity[] => [];
  members = (): readonly Entity[] => this.#surroundings.machines();
  readonly methods = {};

  readonly #runtime = () =>
    ({
      connectionState: this.host.connected ? "connected" : "notResponding",
      powerState: "poweredOn",
      inMaintenanceMode: false,
      bootTime: this.#bootTime,
    }) as const;

  readonly properties: Properties<"HostSystem"> = {
    ...entityProperties({ entityName: () => this.host.name, parent: undefined }),
    parent: () => this.parent.ref,
    runtime: () => this.#runtime(),
    summary: () => ({
      host: this.ref,
      hardware: { vendor: "VMware", model: "Simulated", uuid: this.host.hardwareUuid },
      runtime: this.#runtime(),
      overallStatus: "green",
      rebootRequired: false,
      config: {
        name: this.host.name,
        port: this.host.port,
        sslThumbprint: this.host.certificate.sha1Thumbprint,
        vmotionEnabled: true,
      },
    }),
    config: () => ({
      host: this.ref,
      product: hostAbout,
      virtualNicManagerInfo: { netConfig: [managementNetwork(this.host.address)] },
      certificate: [...Buffer.from(this.host.certificate.pem, "ascii")],
    }),
    vm: () => refsOf(this.#surroundings.machines()),
    datastore: () => refsOf(this.#surroundings.datastores()),
    network: () => refsOf(this.#surroundings.networks()),
  };
}

/**
 * The management network, whose address some clients prefer to the host's name
 * (docs/reference/guest-operations.md#transfers).
 */
function managementNetwork(ipAddress: string): Data<"VirtualNicManagerNetConfig"> {
  const key = "key-vim.host.VirtualNic-vmk0";
  const spec = { ip: { dhcp: false, ipAddress, subnetMask: "255.0.0.0" }, portgroup: "Management Network" };
  return {
    nicType: "management",
    multiSelectAllowed: true,
    candidateVnic: [{ device: "vmk0", key, portgroup: "Management Network", spec }],
    selectedVnic: [`management.${key}`],
  };
}
