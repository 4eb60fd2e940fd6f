import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { whyNot } from "../../e2e/language-hosts";

const root = resolve(__dirname, "..", "..", "..");

interface Spec {
  readonly description?: string;
  readonly secret?: boolean;
  readonly $ref?: string;
  readonly items?: Spec;
  readonly additionalProperties?: Spec;
  readonly oneOf?: readonly Spec[];
  readonly properties?: Readonly<Record<string, Spec>>;
}

interface Resource {
  readonly description: string;
  readonly inputProperties: Readonly<Record<string, Spec>>;
  readonly properties: Readonly<Record<string, Spec>>;
  readonly aliases: readonly { readonly type: string }[];
}

const schema = JSON.parse(readFileSync(join(root, "schema.json"), "utf8")) as {
  readonly config: { readonly variables: Readonly<Record<string, Spec>> };
  readonly provider: { readonly inputProperties: Readonly<Record<string, Spec>> };
  readonly resources: Readonly<Record<string, Resource>>;
  readonly types: Readonly<Record<string, Spec>>;
};

test("what is generated from kinds and options is up to date", () => {
  const script = join(root, "dist", "scripts", "generate", "write-generated-files.js");
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, "--check"], { cwd: root, encoding: "utf8" });
  expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
});

test("every property of every resource says what it is", () => {
  const silent = Object.entries(schema.resources).flatMap(([token, resource]) =>
    Object.entries({ ...resource.inputProperties, ...resource.properties })
      .filter(([, spec]) => !spec.description)
      .map(([name]) => `${token} ${name}`),
  );
  expect(silent).toEqual([]);
});

test("every resource may be moved over from the dynamic type", () => {
  for (const [token, { aliases }] of Object.entries(schema.resources)) {
    expect(aliases).toEqual([{ type: `pulumi-nodejs:dynamic/vsphere-guest:${token.split(":")[2]}` }]);
  }
});

test("every type that is named is there, and none else", () => {
  const named = new Set([...JSON.stringify(schema).matchAll(/"#\/types\/([^"]+)"/g)].map(([, token]) => token));
  expect([...named].sort()).toEqual(Object.keys(schema.types).sort());
});

test("passwords are secret, and come from no default that an SDK would copy into state", () => {
  expect(schema.config.variables).toMatchObject({ password: { secret: true }, guestPassword: { secret: true } });
  expect(schema.types["vsphere-guest:index:GuestLogin"]?.properties?.password?.secret).toBe(true);
  expect(JSON.stringify(schema.provider)).not.toContain("defaultInfo");
});

describe.each(["nodejs", "python", "go"] as const)("for %s", (language) => {
  const writes = whyNot(language) === undefined ? test : test.skip;
  writes("pulumi writes an SDK from it", () => expectSdk(language));
});

function expectSdk(language: string): void {
  const out = mkdtempSync(join(tmpdir(), "gen-sdk-"));
  try {
    const args = ["package", "gen-sdk", join(root, "schema.json"), "--language", language, "--out", out];
    const { stderr, status } = spawnSync("pulumi", args, { encoding: "utf8" });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(existsSync(join(out, language)) && readdirSync(join(out, language)).length).toBeGreaterThan(0);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
