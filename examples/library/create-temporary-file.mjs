// CreateTemporaryFile.java: a temporary file inside a virtual machine.
import { connect } from "pulumi-vsphere-guest/guest";

const [machine] = process.argv.slice(2);
const vsphere = connect();
console.log(await vsphere.vm(machine).files.makeTemporaryFile({ prefix: "sample-", suffix: ".tmp" }));
await vsphere.close();
