import { runCommand } from "../command";
import { ensurePulumiCli } from "../pulumi-cli";
import { countedRequests, measureRequests } from "./requests";
import { measureWallTimes } from "./wall-time";

const defaultCount = 100;

/** `npm run bench [-- N]`: requests per operation, then wall times of N resources. Fails if a limit is exceeded. */
async function main(count: number): Promise<void> {
  console.log("Requests per operation, counted at the server (limits: those of scripts/bench/requests.ts)\n");
  const counts = await measureRequests();
  let exceeded = 0;
  for (const one of counts) {
    const requests = countedRequests(one);
    const polls = one.methods.length - requests;
    if (requests > one.limit) exceeded += 1;
    const number = `${requests}${polls > 0 ? ` + ${polls} polls` : ""}`;
    console.log(
      `  ${one.work.padEnd(52)} ${number.padEnd(12)} limit ${String(one.limit).padEnd(3)} ${one.milliseconds.toFixed(0).padStart(5)} ms`,
    );
    console.log(`      ${one.methods.join(", ")}`);
  }
  const { hasNodejsLanguageHost } = await ensurePulumiCli(console.log);
  if (hasNodejsLanguageHost) await printWallTimes(count);
  else
    console.log("\nNo nodejs language host on PATH: wall times are not measured. Install a Pulumi release for them.");
  if (exceeded > 0) throw new Error(`${exceeded} of the numbers to hold are exceeded`);
}

async function printWallTimes(count: number): Promise<void> {
  console.log(`\nWall time through the real engine, ${count} resources (seconds)\n`);
  console.log(`  ${"".padEnd(34)} ${"up".padStart(8)} ${"up again".padStart(10)} ${"destroy".padStart(10)}`);
  for (const { what, upSeconds, unchangedSeconds, destroySeconds } of await measureWallTimes(count)) {
    console.log(
      `  ${what.padEnd(34)} ${upSeconds.toFixed(1).padStart(8)} ${unchangedSeconds.toFixed(1).padStart(10)} ${destroySeconds.toFixed(1).padStart(10)}`,
    );
  }
}

runCommand(() => main(Number(process.argv[2] ?? defaultCount)));
