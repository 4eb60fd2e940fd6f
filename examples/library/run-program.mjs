// RunProgram.java: a program of the guest, its output to a file on this machine. Its exit code is ours.
import { createWriteStream } from "node:fs";
import { connect } from "pulumi-vsphere-guest/guest";

const [machine, localOutput, program, ...args] = process.argv.slice(2);
const vsphere = connect();
const file = createWriteStream(localOutput);
const { exitCode } = await vsphere
  .vm(machine)
  .programs.run({ program, arguments: args }, { onOutput: (_stream, bytes) => file.write(bytes) });
file.end();
await vsphere.close();
process.exitCode = exitCode;
