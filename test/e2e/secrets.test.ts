import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { SimulatedProject, secrets } from "./simulated-project";

const marks = ["content", "stdin", "environment", "script", "argument", "output"].map(
  (name) => `SECRET-${name}-c0ffee`,
);
const [content, stdin, environment, script, argument] = marks as [string, string, string, string, string];

const program = (exit: number) => `
const secret = (text) => pulumi.secret(text);
const file = new guest.GuestFile("file", { vm, path: "/srv/secret.txt", content: secret("${content}") });
const slow = "sleep 0.3; ";
const entries = { "a.txt": new pulumi.asset.StringAsset("${content}") };
new guest.GuestDirectory("tree", { vm, path: "/srv/tree", source: secret(new pulumi.asset.AssetArchive(entries)) });
new guest.GuestProgramRun("stdin", { vm, script: slow + "cat", stdin: secret("${stdin}"), triggers: [file.sha256] });
new guest.GuestProgramRun("environment", { vm, script: slow + 'echo "$TOKEN"', environment: { TOKEN: secret("${environment}") } });
new guest.GuestProgramRun("script", { vm, script: secret(slow + "echo ${script}; exit ${exit}") });
`;

/** The hash of a secret is as good as a short secret. */
const hashes = marks.map((mark) => createHash("sha256").update(mark).digest("hex"));

const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

const known = [...marks, ...hashes, secrets.guest, secrets.vcenter];

/** Secrets that occur in a text. */
const secretsIn = (text: string) => known.filter((mark) => text.includes(mark));

let project: SimulatedProject;
beforeAll(async () => {
  project = await SimulatedProject.start(program(0));
}, 120_000);
afterAll(() => project.stop());

test("no secret stands in process arguments, output, or plain state", async () => {
  const seenArguments = new Set<string>();
  let isRunning = true;
  const watch = watchArguments(() => isRunning, seenArguments);
  const { printed } = await project.run("up").finally(() => (isRunning = false));
  await watch;
  expect(seenArguments.size).toBeGreaterThan(10);
  expect([...seenArguments].filter((line) => secretsIn(line).length > 0)).toEqual([]);
  expect(secretsIn(printed)).toEqual([]);
  expect(secretsIn(storedState())).toEqual([]);
  for (const path of ["srv/secret.txt", "srv/tree/a.txt"]) {
    expect(readFileSync(join(project.root(), path), "utf8")).toBe(content);
  }
}, 120_000);

test("outputs that come of secrets are secret", async () => {
  const state = await project.project.stack.exportStack();
  const resources = (state.deployment as { resources: { urn: string; outputs: Record<string, unknown> }[] }).resources;
  for (const name of ["stdin", "environment", "script"]) {
    const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
    expect(JSON.stringify(found?.outputs["stdout"])).toContain(secretSignature);
  }
}, 120_000);

test("a failure of a secret run does not tell the secret", async () => {
  project.edit(program(5));
  const printed = await project.fails("up");
  expect(printed).toMatch(/exit code 5/);
  expect(secretsIn(printed)).toEqual([]);
  expect(secretsIn(storedState())).toEqual([]);
}, 120_000);

test("a secret among arguments is refused before anything is touched", async () => {
  project.edit(
    `new guest.GuestProgramRun("arguments", { vm, program: "/bin/echo", arguments: [pulumi.secret("${argument}")] });`,
  );
  const printed = await project.fails("preview");
  expect(printed).toMatch(/arguments.*hold a secret/);
  expect(secretsIn(printed)).toEqual([]);
}, 120_000);

test("temporary files with secrets are gone", () => {
  expect(readdirSync(join(project.root(), "tmp"))).toEqual([]);
  expect(readdirSync(join(project.root(), "srv")).filter((name) => name.startsWith("."))).toEqual([]);
});

/** Collects the command lines of all processes of this machine, guests included, for as long as `isRunning`. */
async function watchArguments(isRunning: () => boolean, seen: Set<string>): Promise<void> {
  while (isRunning()) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const line = commandLine(pid);
      if (line !== "") seen.add(line);
    }
    await turn();
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\u0000", " ");
  } catch {
    return ""; // It has ended in the meantime.
  }
}

function storedState(): string {
  const state = join(project.project.directory, "..", "state");
  return readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}
