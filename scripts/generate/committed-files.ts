import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface Generated {
  /** Path below the project's root -> text. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders that hold nothing else, as paths below the project's root. */
  readonly folders: readonly string[];
}

/** Makes the committed files what the generator made, removes superfluous ones, and says the path of each that was touched. */
export function writeCommitted(root: string, generated: Generated): void {
  const { stale, superfluous } = differences(root, generated);
  for (const path of superfluous) rmSync(join(root, path));
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), generated.files.get(path) ?? "");
  }
  for (const path of [...superfluous, ...stale]) console.log(path);
}

/** Says which committed files are not what the generator makes. Throws, naming the `command` that helps, if there are any. */
export function checkCommitted(root: string, generated: Generated, command: string): void {
  const { stale, superfluous } = differences(root, generated);
  const outdated = [...superfluous, ...stale];
  for (const path of outdated) console.log(`out of date: ${path}`);
  if (outdated.length > 0) throw new Error(`generated files are out of date; run: ${command}`);
}

function differences(root: string, { files, folders }: Generated) {
  const present = folders.flatMap((folder) => filesBelow(join(root, folder)).map((path) => join(folder, path)));
  return {
    superfluous: present.filter((path) => !files.has(path)),
    stale: [...files].filter(([path, text]) => textOf(join(root, path)) !== text).map(([path]) => path),
  };
}

/** Paths of the files in a folder at any depth, relative to it; none where it does not exist. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => relative(folder, join(one.parentPath, one.name)));
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
