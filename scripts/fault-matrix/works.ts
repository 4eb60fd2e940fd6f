import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, guestEnvCheck, guestFile, guestProgramRun } from "../../provider/resources";
import type { AnyKind } from "../../provider/resources/resource-kind";

export type Verb = "create" | "update" | "delete";
export const verbs: readonly Verb[] = ["create", "update", "delete"];

/** A resource to go through its life, all below /etc/matrix of the guest. */
export interface Work {
  readonly name: string;
  readonly kind: AnyKind;
  readonly inputs: object;
  /** What an update makes of them. */
  readonly changed: object;
}

const common = { vm: "vm-1", timeoutSeconds: 30 };
const log = "/etc/matrix.log";

/** One work for each kind, and a directory with contents. `dispose` removes the local tree. */
export function matrixWorks(): { readonly works: readonly Work[]; dispose(): void } {
  const tree = mkdtempSync(join(tmpdir(), "fault-matrix-"));
  const trees = ["one", "two"].map((name) => {
    const directory = join(tree, name);
    mkdirSync(join(directory, "sub"), { recursive: true });
    writeFileSync(join(directory, "a.conf"), name);
    writeFileSync(join(directory, "sub", "b.conf"), name.repeat(2));
    return directory;
  });
  const file = { ...common, path: "/etc/matrix/app.conf", createParents: true };
  const directory = { ...common, path: "/etc/matrix/d", createParents: true, recursiveDelete: true };
  const append = (word: string) => ({ script: `echo ${word} >>${log}; echo done` });
  const run = { ...common, create: append("create"), update: append("update"), delete: append("delete") };
  const check = { ...common, variables: { PATH: { matches: "." } } };
  return {
    works: [
      work("GuestFile", guestFile, file, { content: "a", mode: "0640" }, { content: "b", mode: "0600" }),
      work("GuestDirectory", guestDirectory, directory, { mode: "0750" }, { mode: "0700" }),
      work("GuestDirectory with source", guestDirectory, directory, { source: trees[0] }, { source: trees[1] }),
      work("GuestProgramRun", guestProgramRun, run, { triggers: [1] }, { triggers: [2] }),
      work("GuestEnvCheck", guestEnvCheck, check, { paths: {} }, { paths: { "/etc": { type: "directory" } } }),
    ],
    dispose: () => rmSync(tree, { recursive: true, force: true }),
  };
}

function work(name: string, kind: AnyKind, base: object, first: object, second: object): Work {
  return { name, kind, inputs: { ...base, ...first }, changed: { ...base, ...second } };
}
