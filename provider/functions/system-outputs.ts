import { z } from "zod";
import type { GuestSystemInfo, VmIdentity } from "../vcenter/machine";
import { isReady } from "../vcenter/inventory/readiness";
import { formatToolsVersion } from "../vocabulary/tools-version";

/** What vCenter tells of a VM and its guest without a login in the guest. */
export const systemOutputs = {
  moid: z.string().meta({ description: "Managed object id.", examples: ["vm-42"] }),
  instanceUuid: z.string().meta({ description: "Instance UUID: the first half of every resource id on this machine." }),
  name: z.string().meta({ description: "Name in the inventory." }),
  powerState: z
    .enum(["poweredOn", "poweredOff", "suspended"])
    .meta({ typeName: "PowerState", description: "Whether the machine runs." }),
  ready: z
    .boolean()
    .meta({ description: "True when guest operations can work: powered on, and VMware Tools says that it is ready." }),
  toolsRunningStatus: z
    .string()
    .optional()
    .meta({ description: "Whether VMware Tools runs.", examples: ["guestToolsRunning"] }),
  toolsVersionStatus: z
    .string()
    .optional()
    .meta({ description: "How VMware Tools is kept up to date.", examples: ["guestToolsUnmanaged"] }),
  toolsVersion: z
    .string()
    .optional()
    .meta({ description: "Version of VMware Tools.", examples: ["12.2.0"] }),
  guestFamily: z
    .string()
    .optional()
    .meta({ description: "Family of the guest's operating system.", examples: ["linuxGuest", "windowsGuest"] }),
  guestId: z
    .string()
    .optional()
    .meta({ description: "vSphere's id of the guest's operating system.", examples: ["debian12_64Guest"] }),
  guestFullName: z.string().optional().meta({ description: "Name of the guest's operating system." }),
  hostName: z.string().optional().meta({ description: "Host name, as the guest tells it." }),
  ipAddress: z.string().optional().meta({ description: "Primary IP address, as the guest tells it." }),
};

type SystemFacts = { [name in keyof typeof systemOutputs]: z.infer<(typeof systemOutputs)[name]> };

/** Identity and system of a VM in the words of functions. */
export function systemFacts(vm: VmIdentity, system: GuestSystemInfo): SystemFacts {
  const { powerState, toolsRunningStatus, toolsVersionStatus, guestFamily, guestId } = system;
  return {
    moid: vm.moid,
    instanceUuid: vm.instanceUuid,
    name: vm.name,
    powerState,
    ready: isReady(system),
    toolsRunningStatus,
    toolsVersionStatus,
    toolsVersion: formatToolsVersion(system.toolsVersion),
    guestFamily,
    guestId,
    guestFullName: system.guestFullName,
    hostName: system.hostName,
    ipAddress: system.ipAddress,
  };
}
