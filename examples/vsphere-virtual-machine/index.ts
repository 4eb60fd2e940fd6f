import * as pulumi from "@pulumi/pulumi";
import * as vsphere from "@pulumi/vsphere";
import * as guest from "pulumi-vsphere-guest";

const config = new pulumi.Config();
const datacenterId = vsphere.getDatacenterOutput({ name: config.require("datacenter") }).id;
const template = vsphere.getVirtualMachineOutput({ name: config.require("template"), datacenterId });

const machine = new vsphere.VirtualMachine("web", {
  name: "web-1",
  resourcePoolId: vsphere.getResourcePoolOutput({ name: config.require("resourcePool"), datacenterId }).id,
  datastoreId: vsphere.getDatastoreOutput({ name: config.require("datastore"), datacenterId }).id,
  guestId: template.guestId,
  networkInterfaces: [{ networkId: vsphere.getNetworkOutput({ name: config.require("network"), datacenterId }).id }],
  disks: [{ label: "disk0", size: 20 }],
  clone: { templateUuid: template.id },
});

// The provider waits for VMware Tools in the new machine. In a first preview the machine is not known yet; that is fine.
export const role = new guest.GuestFile("role", {
  vm: machine.uuid, // or machine.moid
  path: "/etc/role",
  content: pulumi.interpolate`web server ${machine.name}\n`,
  timeoutSeconds: 600,
}).sha256;
