import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as prettier from "prettier";
import { generatedFiles } from "../provider/schema/generated-files";

/** `npm run schema`: writes schema.json and sdk/nodejs/generated anew from the kinds. */
async function main(root: string): Promise<void> {
  const files = generatedFiles(root);
  const folder = join(root, "sdk", "nodejs", "generated");
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), await formatted(join(root, path), text));
    console.log(path);
  }
}

async function formatted(path: string, text: string): Promise<string> {
  if (!path.endsWith(".ts")) return text;
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}

void main(resolve(process.argv[2] ?? "."));
