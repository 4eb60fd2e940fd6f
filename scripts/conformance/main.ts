import { join, resolve } from "node:path";
import { runCommand } from "../command";
import { readCorpora } from "./corpus";
import { replayCorpus, type Outcome } from "./replay";

/**
 * `npm run conformance`: replays what real VMware Tools answered against the simulator, over SOAP. Takes the
 * recordings' directory, which is no part of this project, and, optionally, text that ids must contain.
 */
async function main(): Promise<void> {
  const [directory = join("..", "shared", "reference", "tools-corpus"), filter = ""] = process.argv.slice(2);
  const corpora = readCorpora(resolve(directory));
  if (corpora === undefined) {
    console.log(`No corpus at ${resolve(directory)}: nothing to replay. It is not part of this repository.`);
    return;
  }
  if (process.geteuid?.() !== 0) {
    console.log("Run as root: most records are about several users' rights, mounts and namespaces.");
    process.exitCode = 1;
    return;
  }
  const outcomes: Outcome[] = [];
  for (const corpus of corpora) {
    const records = corpus.records.filter(({ id }) => id.includes(filter));
    outcomes.push(...(await replayCorpus({ ...corpus, records })));
  }
  report(outcomes);
}

function report(outcomes: readonly Outcome[]): void {
  const leftOut = outcomes.filter(({ verdict }) => verdict.kind === "leftOut");
  const differing = outcomes.filter(({ verdict }) => verdict.kind === "differs");
  console.log("\nLeft out, since no vSphere client can send or see them or the simulator has no such part:");
  const reasons = new Map<string, number>();
  for (const { verdict } of leftOut) {
    if (verdict.kind === "leftOut") reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
  }
  for (const [reason, count] of reasons) console.log(`  ${count} x ${reason}`);
  console.log("\nAnswered otherwise:");
  for (const { id, toolsVersion, verdict } of differing) {
    if (verdict.kind === "differs") console.log(`  ${toolsVersion} ${id}: ${verdict.reasons.join("; ")}`);
  }
  const replayed = outcomes.length - leftOut.length;
  const same = replayed - differing.length;
  const percent = replayed === 0 ? 100 : (same / replayed) * 100;
  console.log(
    `\n${same} of ${replayed} recorded answers reproduced (${percent.toFixed(1)}%), ${leftOut.length} left out.`,
  );
  if (percent < 97) process.exitCode = 1;
}

runCommand(main);
