import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, resourceKinds } from "../../provider/resources";
import type { AnyKind } from "../../provider/resources/resource-kind";
import { samplesIn, type Sample } from "../samples";

export type Verb = "create" | "update" | "delete";
export const verbs: readonly Verb[] = ["create", "update", "delete"];

/** Where in the guest all works are done, below its root. */
export const matrixDirectory = "etc/matrix";

/** A resource to go through its life. */
export interface Work {
  readonly name: string;
  readonly kind: AnyKind;
  readonly inputs: object;
  /** What an update makes of them. */
  readonly changed: object;
}

const common = { vm: "vm-1", timeoutSeconds: 30 };

/** One work for each kind, and a directory with contents. `dispose` removes the local tree. */
export function matrixWorks(): { readonly works: readonly Work[]; dispose(): void } {
  const samples = samplesIn(`/${matrixDirectory}`);
  const each = resourceKinds.map((kind) => work(kind.token, kind, samples[kind.token]));
  const local = mkdtempSync(join(tmpdir(), "fault-matrix-"));
  const directory = samples.GuestDirectory;
  const withSource = {
    ...directory,
    first: { ...directory.first, source: localTree(local, "one") },
    changed: { source: localTree(local, "two") },
  };
  return {
    works: [...each, work("GuestDirectory with source", guestDirectory, withSource)],
    dispose: () => rmSync(local, { recursive: true, force: true }),
  };
}

function work(name: string, kind: AnyKind, { first, eventful, changed }: Sample): Work {
  const inputs = { ...common, ...first, ...eventful };
  return { name, kind, inputs, changed: { ...inputs, ...changed } };
}

function localTree(parent: string, name: string): string {
  const tree = join(parent, name);
  mkdirSync(join(tree, "sub"), { recursive: true });
  writeFileSync(join(tree, "a.conf"), name);
  writeFileSync(join(tree, "sub", "b.conf"), name.repeat(2));
  return tree;
}
