// The tests that have a long form, in it: more random sequences, every cell of the fault matrix, attacks through both
// hosts, a process for each operation. Arguments go to Jest.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const jest = join(root, "node_modules", "jest", "bin", "jest.js");
const tests = [
  "test/lifecycle",
  "test/security",
  "test/unit/soap/parse",
  "test/unit/guest/transfer/target",
  "test/unit/values",
];
const { status } = spawnSync(process.execPath, [jest, ...tests, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    CONVERGENCE_SEQUENCES: "1000",
    FAULT_MATRIX: "all",
    EACH_HOST: "all",
    FUZZ_RUNS: "100000",
    OPERATIONS: "processes",
  },
});
process.exitCode = status ?? 1;
