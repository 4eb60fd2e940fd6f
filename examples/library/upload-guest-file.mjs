// UploadGuestFile.java: a file of this machine, into the guest; `overwrite` as a fourth word replaces what is there.
import { connect } from "pulumi-vsphere-guest/guest";

const [machine, localPath, guestPath, overwrite] = process.argv.slice(2);
const vsphere = connect();
await vsphere.vm(machine).transfers.upload(localPath, guestPath, { overwrite: overwrite === "overwrite" });
await vsphere.close();
