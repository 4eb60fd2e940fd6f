import { join, resolve } from "node:path";
import * as prettier from "prettier";
import { runCommand } from "../command";
import { checkCommitted, writeCommitted } from "./committed-files";
import { generatedFiles } from "./generated-files";

/**
 * `npm run schema`: writes schema.json, sdk/nodejs/generated and the reference for users anew from the kinds. With `--check`
 * it writes nothing, names the files that are out of date, and fails if there are any.
 */
async function main(root: string, check: boolean): Promise<void> {
  const files = new Map<string, string>();
  for (const [path, text] of generatedFiles(root)) files.set(path, await formatted(join(root, path), text));
  const generated = { files, folders: [join("sdk", "nodejs", "generated")] };
  if (check) checkCommitted(root, generated, "npm run schema");
  else writeCommitted(root, generated);
}

async function formatted(path: string, text: string): Promise<string> {
  if (!path.endsWith(".ts")) return text;
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}

runCommand(() => main(resolve("."), process.argv.includes("--check")));
