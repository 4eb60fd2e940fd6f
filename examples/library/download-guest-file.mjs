// DownloadGuestFile.java: a file of the guest, to a path on this machine.
import { connect } from "pulumi-vsphere-guest/guest";

const [machine, guestPath, localPath] = process.argv.slice(2);
const vsphere = connect();
await vsphere.vm(machine).transfers.download(guestPath, localPath);
await vsphere.close();
