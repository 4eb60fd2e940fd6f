import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const recordedFile = z.looseObject({
  name: z.string(),
  ft: z.number(),
  size: z.number(),
  mtime: z.union([z.number(), z.literal("<now>")]),
  atime: z.union([z.number(), z.literal("<now>")]),
  uid: z.number(),
  gid: z.number(),
  perm: z.number(),
  slt: z.string(),
});

const recordSchema = z.looseObject({
  id: z.string(),
  op: z.string().nullable(),
  user: z.string().optional(),
  credentialType: z.number().optional(),
  request: z.record(z.string(), z.unknown()).optional(),
  setup: z.string().optional(),
  setupAsRoot: z.string().optional(),
  result: z.looseObject({
    vix: z.number().nullable(),
    files: z.array(recordedFile).nullish(),
    remaining: z.number().nullish(),
    values: z.array(z.string()).optional(),
    raw: z.string().optional(),
    serviceDied: z.string().optional(),
  }),
  process: z
    .looseObject({
      name: z.string(),
      cmdLine: z.string(),
      owner: z.string().optional(),
      exitCode: z.number(),
      endTimeMinusStart: z.number().nullish(),
      ended: z.boolean().optional(),
    })
    .optional(),
  observed: z.array(z.object({ cmd: z.string(), out: z.string() })).optional(),
});

const environmentSchema = z.looseObject({
  users: z.record(z.string(), z.tuple([z.number(), z.number(), z.string(), z.string()])),
});

export type CorpusRecord = z.output<typeof recordSchema>;
export type RecordedFile = z.output<typeof recordedFile>;

/** The recordings of one agent. */
export interface Corpus {
  readonly toolsVersion: "12.2.0" | "13.0.10";
  /** name -> uid, gid, home, shell */
  readonly users: Readonly<Record<string, readonly [number, number, string, string]>>;
  readonly records: readonly CorpusRecord[];
}

/** Both recorded agents below a directory; undefined when the corpus is not there. */
export function readCorpora(directory: string): Corpus[] | undefined {
  if (!existsSync(join(directory, "_env.json"))) return undefined;
  return [
    readCorpus(directory, "12.2.0"),
    ...(existsSync(join(directory, "agent-13.0.10")) ? [readCorpus(join(directory, "agent-13.0.10"), "13.0.10")] : []),
  ];
}

function readCorpus(directory: string, toolsVersion: Corpus["toolsVersion"]): Corpus {
  const files = readdirSync(directory).filter((name) => name.endsWith(".json") && !name.startsWith("_"));
  const lines = files.sort().flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n"));
  const { users } = environmentSchema.parse(JSON.parse(readFileSync(join(directory, "_env.json"), "utf8")));
  return {
    toolsVersion,
    users,
    records: lines.filter((line) => line !== "").map((line) => recordSchema.parse(JSON.parse(line))),
  };
}
