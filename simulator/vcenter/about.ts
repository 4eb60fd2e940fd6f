import type { Data } from "../soap/schema/types";

/** The API version offered: docs/reference/protocol.md#versions. */
const apiVersion = "8.0.2.0";
const priorVersions = ["8.0.1.0", "8.0.0.1", "7.0.3.0", "7.0.2.0", "7.0", "6.7.3", "6.7", "6.5", "6.0", "5.5"];

/** AboutInfo of the simulated vCenter: docs/reference/protocol.md#service-content. */
export const about: Data<"AboutInfo"> = {
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
  instanceUuid: "b3a5e8c0-7d0d-4b8e-9c52-0d1f6a3c9e11",
  licenseProductName: "VMware VirtualCenter Server",
  licenseProductVersion: "8.0",
};

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
