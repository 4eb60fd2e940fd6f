import { z } from "zod";
import { allDone } from "../operation/all-done";
import { vmInput } from "./inputs";
import type { GuestFunction } from "./guest-function";
import { systemFacts, systemOutputs } from "./system-outputs";

const inputs = z.strictObject(vmInput);

const networkSchema = z
  .object({
    network: z.string().optional().meta({ description: "Name of the network that the adapter is attached to." }),
    macAddress: z.string().optional().meta({ description: "MAC address." }),
    connected: z.boolean().meta({ description: "Whether the virtual adapter is connected." }),
    ipAddresses: z.array(z.string()).meta({ description: "IP addresses, IPv4 and IPv6." }),
  })
  .meta({ typeName: "GuestNetwork", description: "A network adapter, as the guest tells it." });

const outputs = z.object({
  ...systemOutputs,
  networks: z.array(networkSchema).meta({ description: "The guest's network adapters." }),
});

/** What PowerCLI's Get-VMGuest tells. */
export const getGuest: GuestFunction<z.infer<typeof inputs>, z.infer<typeof outputs>> = {
  token: "getGuest",
  description:
    "What vCenter knows of a virtual machine's guest: power, VMware Tools, operating system, host name and addresses. Needs no login in the guest.",
  example: { title: "The address of a machine", arguments: 'vm: "web-1"', output: "ipAddress" },
  inputs,
  outputs,
  async call(target) {
    const vm = await target.virtualMachine();
    const [system, networks] = await allDone([target.systemInfo(), target.networks()]);
    return {
      ...systemFacts(vm, system),
      networks: networks.map((one) => ({ ...one, ipAddresses: [...one.ipAddresses] })),
    };
  },
};
