import type { Data } from "../soap/schema/types";

/** What the server says that it is. */
export interface ServerTraits {
  readonly kind: "vCenter" | "esxi";
  /** Instance UUID of a vCenter, the hardware's of an ESXi host. */
  readonly uuid: string;
}

/** The API version offered: docs/reference/protocol.md#versions. */
const apiVersion = "8.0.2.0";
const priorVersions = ["8.0.1.0", "8.0.0.1", "7.0.3.0", "7.0.2.0", "7.0", "6.7.3", "6.7", "6.5", "6.0", "5.5"];

/** AboutInfo of the simulated vCenter, without its instance UUID: docs/reference/protocol.md#service-content. */
const vcenter: Data<"AboutInfo"> = {
  name: "VMware vCenter Server",
  fullName: "VMware vCenter Server 8.0.2 build-0 (vsphere-guest simulator)",
  vendor: "VMware, Inc.",
  version: "8.0.2",
  build: "0",
  localeVersion: "INTL",
  localeBuild: "000",
  osType: "linux-x64",
  productLineId: "vpx",
  apiType: "VirtualCenter",
  apiVersion,
  licenseProductName: "VMware VirtualCenter Server",
  licenseProductVersion: "8.0",
};

/** AboutInfo of an ESXi host, which has no instance UUID. */
export const hostAbout: Data<"AboutInfo"> = {
  ...vcenter,
  name: "VMware ESXi",
  apiType: "HostAgent",
  productLineId: "embeddedEsx",
};

/** AboutInfo of the server that is simulated. */
export function aboutServer({ kind, uuid }: ServerTraits): Data<"AboutInfo"> {
  return kind === "esxi" ? hostAbout : { ...vcenter, instanceUuid: uuid };
}

/**
 * The document at /sdk/vimServiceVersions.xml, which clients read to agree on a version
 * (docs/reference/protocol.md#versions).
 */
export const serviceVersionsXml = `<?xml version="1.0" encoding="UTF-8" ?>
<namespaces version="1.0">
 <namespace>
  <name>urn:vim25</name>
  <version>${apiVersion}</version>
  <priorVersions>${priorVersions.map((version) => `<version>${version}</version>`).join("")}</priorVersions>
 </namespace>
</namespaces>
`;
