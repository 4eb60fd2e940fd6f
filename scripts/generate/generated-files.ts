import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { guestFunctions } from "../../provider/functions";
import { providerConfigSchema } from "../../provider/config/provider-config";
import { resourceKinds } from "../../provider/resources";
import { formatSchema, packageSchema, type PackageDescription } from "./package-schema";
import { referencePages } from "./reference-tables";
import { withSimulatorOptions } from "./simulator-options";
import { typescriptSdk } from "./typescript-sdk";

const manifestSchema = z.object({
  version: z.string(),
  description: z.string(),
  keywords: z.array(z.string()),
  license: z.string(),
  author: z.string(),
  homepage: z.string().optional(),
  repository: z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]).optional(),
});

/**
 * Everything that is derived from declarations (of kinds, functions, configuration, the simulator's options) and committed:
 * path below the project's root -> text. TypeScript is not yet formatted. `npm run schema` writes it; a test says when it is stale.
 */
export function generatedFiles(root: string): ReadonlyMap<string, string> {
  const about: PackageDescription = manifestSchema.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const files = new Map([
    ["schema.json", formatSchema(packageSchema(resourceKinds, guestFunctions, providerConfigSchema, about))],
  ]);
  for (const [path, text] of referencePages(resourceKinds, guestFunctions, providerConfigSchema)) files.set(path, text);
  const simulatorPage = join("docs", "simulator.md");
  files.set(simulatorPage, withSimulatorOptions(readFileSync(join(root, simulatorPage), "utf8")));
  for (const [name, text] of typescriptSdk(resourceKinds, guestFunctions, providerConfigSchema))
    files.set(join("sdk", "nodejs", "generated", name), text);
  return files;
}
