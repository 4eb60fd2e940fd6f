import * as pulumi from "@pulumi/pulumi";
import * as guest from "pulumi-vsphere-guest/native";

const vm = new pulumi.Config().require("vm");

// The machine's instance UUID is the first half of every id.
const { instanceUuid } = guest.getGuestOutput({ vm });
const found = guest.readFileOutput({ vm, path: "/etc/motd" });

/** Imported on the first up: Pulumi compares it with what is declared here, and manages it from then on. */
export const motd = importedFile();

async function importedFile() {
  const id = await new Promise<string>((resolve) => instanceUuid.apply((uuid) => resolve(`${uuid}:/etc/motd`)));
  const file = new guest.GuestFile(
    "motd",
    { vm, path: "/etc/motd", content: found.apply((one) => one.content ?? "") },
    { import: id },
  );
  return file.path;
}
