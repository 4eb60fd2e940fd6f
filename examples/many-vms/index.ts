import * as pulumi from "@pulumi/pulumi";
import * as guest from "pulumi-vsphere-guest/native";

const pattern = new pulumi.Config().get("pattern") ?? "*";

/** One file per machine, named by the machine: a machine that appears or goes adds or removes just its own. */
async function program() {
  const { virtualMachines } = await guest.findVirtualMachines({ name: pattern, ready: true });
  const files = virtualMachines.map(
    ({ name, instanceUuid }) =>
      new guest.GuestFile(`${name}-role`, {
        vm: instanceUuid,
        path: "/etc/role",
        content: `managed by Pulumi on ${name}\n`,
        mode: "0644",
      }),
  );
  return { machines: virtualMachines.map(({ name }) => name), sums: files.map((file) => file.sha256) };
}

export = program;
