import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guestDirectory, guestRegistryKey } from "../../provider/resources";
import type { AnyKind } from "../../provider/resources/resource-kind";
import { posixKinds, type Sample, samplesIn, windowsSamples } from "../samples";

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
  /** The guest that it is about. */
  readonly os: "linux" | "windows";
  /** The same about another object, where no cell can take away what the one before it has left. */
  readonly anew?: () => Work;
}

const common = { vm: "vm-1", timeoutSeconds: 30 };

/** One work for each kind, and a directory with contents. `dispose` removes the local tree. */
export function matrixWorks(): { readonly works: readonly Work[]; dispose(): void } {
  const samples = samplesIn(`/${matrixDirectory}`);
  const each = posixKinds.map((kind) => work(kind.token, kind, samples[kind.token]));
  const inWindows = registryWork();
  const local = mkdtempSync(join(tmpdir(), "fault-matrix-"));
  const directory = samples.GuestDirectory;
  const withSource = {
    ...directory,
    first: { ...directory.first, source: localTree(local, "one") },
    changed: { source: localTree(local, "two") },
  };
  return {
    works: [...each, inWindows, work("GuestDirectory with source", guestDirectory, withSource)],
    dispose: () => rmSync(local, { recursive: true, force: true }),
  };
}

function work(name: string, kind: AnyKind, { first, eventful, changed }: Sample, os: Work["os"] = "linux"): Work {
  const inputs = { ...common, ...first, ...eventful };
  return { name, kind, inputs, changed: { ...inputs, ...changed }, os };
}

let keys = 0;

function registryWork(): Work {
  keys += 1;
  const sample = windowsSamples.GuestRegistryKey;
  const first = { ...sample.first, path: `HKLM\\SOFTWARE\\Sample${keys}\\Key` };
  return { ...work("GuestRegistryKey", guestRegistryKey, { ...sample, first }, "windows"), anew: registryWork };
}

function localTree(parent: string, name: string): string {
  const tree = join(parent, name);
  mkdirSync(join(tree, "sub"), { recursive: true });
  writeFileSync(join(tree, "a.conf"), name);
  writeFileSync(join(tree, "sub", "b.conf"), name.repeat(2));
  return tree;
}
