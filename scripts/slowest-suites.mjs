// Prints the slowest test suites of a run from Jest's JSON; with --record also keeps their durations for the order of
// later runs (slowest-first.cjs). Take the figures of a machine that does nothing else.
//   npx jest --json --outputFile=results.json; node scripts/slowest-suites.mjs results.json --record
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const durationsFile = join(root, "test", "durations.json");
const shown = 25;

const [resultsFile, ...flags] = process.argv.slice(2);
if (resultsFile === undefined) {
  console.error("usage: node scripts/slowest-suites.mjs <Jest's JSON> [--record]");
  process.exit(2);
}

const { testResults } = JSON.parse(readFileSync(resultsFile, "utf8"));
const suites = testResults
  .map(({ name, startTime, endTime, assertionResults }) => ({
    path: relative(root, name).split(sep).join("/"),
    seconds: (endTime - startTime) / 1000,
    tests: assertionResults.length,
  }))
  .sort((a, b) => b.seconds - a.seconds);

const total = suites.reduce((sum, { seconds }) => sum + seconds, 0);
console.log(`${suites.length} suites, ${total.toFixed(0)} s in all; the slowest:`);
for (const { path, seconds, tests } of suites.slice(0, shown)) {
  console.log(`${seconds.toFixed(1).padStart(7)} s  ${String(tests).padStart(4)} tests  ${path}`);
}

if (flags.includes("--record")) {
  const before = JSON.parse(readFileSync(durationsFile, "utf8"));
  const now = Object.fromEntries(suites.map(({ path, seconds }) => [path, Math.round(seconds * 10) / 10]));
  const entries = Object.entries({ ...before, ...now }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(durationsFile, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}
