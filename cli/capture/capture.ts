import type { VirtualMachine, WorkOptions } from "../../provider/library";
import { pathKey } from "../../provider/guest/paths/normal-path";
import { usage } from "../output/usage-error";
import { accountNames } from "./accounts";
import type { Captured } from "./captured";
import { readContents, type FileContent, type SecretsChoice } from "./contents";
import { declare } from "./declare";
import { contentPath } from "./project";
import { all, survey, type Found, type FoundFile, type LeftOut } from "./survey";

/** What was found in the guest and how it is declared. */
export interface Capture {
  readonly captured: Captured;
  /** Files whose contents are to lie beside the program. */
  readonly beside: readonly FileContent[];
  readonly leftOut: readonly LeftOut[];
}

/** Looks at paths of a guest, and declares what is there as it is. Changes nothing. */
export async function capture(
  vm: VirtualMachine,
  paths: readonly string[],
  { secrets, largestFileBytes }: { readonly secrets: SecretsChoice; readonly largestFileBytes: number },
  work: WorkOptions,
): Promise<Capture> {
  const leftOut: LeftOut[] = [];
  const leaveOut = (path: string, why: string) => void leftOut.push({ path, why });
  const found: Found[] = [];
  for (const path of paths) found.push(await survey({ vm, work, largestFileBytes, leaveOut }, path));
  requireApart(found);
  const everything = found.flatMap(all);
  const stats = everything.map(({ stat }) => stat);
  const accounts = await accountNames(vm, stats, work);
  const files = everything.filter((one) => one.kind === "file");
  requireFitting(files);
  const contents = await readContents(vm, files, secrets, work);
  for (const { file, holding, suspicion } of contents)
    if (holding === "omitted") leftOut.push({ path: file.path, why: `looks secret: ${suspicion}`, isSecret: true });
  const holdings = new Map(contents.map(({ file, holding }) => [file, holding]));
  const { instanceUuid, name: vmName } = await vm.identity(work);
  const names = new Set<string>();
  const declaring = {
    accounts,
    holdingOf: (file: (typeof files)[number]) => holdings.get(file) ?? ("omitted" as const),
    localPath: (path: string) => `./${contentPath(path)}`,
    nameFor: (path: string) => unusedName(path, names),
    idOf: (path: string) => `${instanceUuid}:${path}`,
  };
  const resources = found.flatMap((one) => declare(one, declaring));
  const beside = contents.filter(({ holding }) => holding === "beside");
  return { captured: { vmName, vmPath: await vm.path(work), resources }, beside, leftOut };
}

/** All contents are looked into before any is written. */
const mostBytes = 512 * 1024 * 1024;

function requireFitting(files: readonly FoundFile[]): void {
  const sizeBytes = files.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
  if (sizeBytes <= mostBytes) return;
  throw usage(
    `${files.length} files of ${sizeBytes} bytes are more than is captured at once (${mostBytes}). Name fewer paths, or lower --max-size.`,
  );
}

/** What is in a directory that is captured has its place in that. */
function requireApart(found: readonly Found[]): void {
  const seen = new Set<string>();
  for (const { path } of found.flatMap(all)) {
    if (seen.has(pathKey(path))) throw usage(`${path}: is named twice, or lies in a directory that is named, too.`);
    seen.add(pathKey(path));
  }
}

/** A resource's name from its path: `/etc/app/app.conf` -> `etc-app-app-conf`. */
function unusedName(path: string, used: Set<string>): string {
  const base = path.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "") || "captured";
  let name = base;
  for (let number = 2; used.has(name); number += 1) name = `${base}-${number}`;
  used.add(name);
  return name;
}
