import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";

const timeoutMs = 180_000;
const committed = JSON.parse(readFileSync(join(packageRoot, "schema.json"), "utf8")) as unknown;

function pulumi(cwd: string, ...args: readonly string[]) {
  return spawnSync("pulumi", args, { cwd, encoding: "utf8" });
}

test(
  "get-schema on the plugin's folder answers what is committed",
  () => {
    const { stdout, stderr, status } = pulumi(tmpdir(), "package", "get-schema", join(packageRoot, "plugin"));
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(JSON.parse(stdout)).toEqual(committed);
  },
  timeoutMs,
);

test(
  "a YAML program takes the package from a checkout with package add",
  () => {
    const directory = mkdtempSync(join(tmpdir(), "package-add-"));
    try {
      writeFileSync(join(directory, "Pulumi.yaml"), "name: added\nruntime: yaml\n");
      const { stdout, stderr, status } = pulumi(directory, "package", "add", join(packageRoot, "plugin"));
      expect({ status, said: stdout + stderr }).toMatchObject({ status: 0 });
      expect(readFileSync(join(directory, "Pulumi.yaml"), "utf8")).toContain("vsphere-guest");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  timeoutMs,
);

test(
  "the committed SDKs are what Pulumi writes from the schema",
  () => {
    const script = join(packageRoot, "dist", "scripts", "generate", "write-sdks.js");
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, "--check"], {
      cwd: packageRoot,
      encoding: "utf8",
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
  },
  timeoutMs,
);
