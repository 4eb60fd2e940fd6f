import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { usage } from "../output/usage-error";
import type { Captured } from "./captured";

/** Where contents lie in the project. */
const contentsDirectory = "files";

/** The path of an object's content below the project's directory: `files/etc/app/app.conf`, `files/C/app/app.conf`. */
export function contentPath(path: string): string {
  const parts = path.replace(/^([A-Za-z]):/, "$1").split(path.startsWith("/") ? "/" : /[\\/]/);
  return [contentsDirectory, ...parts.filter((part) => part !== "")].join("/");
}

/** A usage error where the directory holds something already. */
export function requireNew(directory: string): void {
  if (existsSync(directory) && (basename(directory) === "" || readdirSync(directory).length > 0))
    throw usage(`${directory}: is there already, on this machine. Give --out a directory that is new, or empty.`);
}

/** Writes a project whole: a directory has the name when all is in it. Contents are open to their owner alone. */
export async function writeProject(directory: string, files: ReadonlyMap<string, string | Buffer>): Promise<void> {
  const target = resolve(directory);
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const [name, content] of files) {
      const path = join(temporary, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { flag: "wx", mode: name.startsWith(`${contentsDirectory}/`) ? 0o600 : 0o644 });
    }
    if (existsSync(target)) await rmdir(target);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What `pulumi import --file` takes. */
export function importFile({ resources }: Captured): string {
  const listed = resources.map(({ kind, name, id }) => ({ type: `vsphere-guest:index:${kind}`, name, id }));
  return `${JSON.stringify({ resources: listed }, undefined, 2)}\n`;
}
