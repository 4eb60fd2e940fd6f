import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { SimulatedProject } from "../e2e/simulated-project";

const timeoutMs = 240_000;
const doors = ["dynamic", "native"] as const;

/** What terminals, CI systems and Pulumi's own display obey; the last hides all that follows, or stops the engine. */
const hostile =
  "\x1b]52;c;cm0gLXJm\x07\x1b[2J\u202egnp.exe\r\n::error::owned\n\u00a0::error::owned\n##vso[task.complete result=Failed]\n<{%owned%}>\n<{%";

/** The same through both doors; `more` is what a test adds for one of them. */
const program = (more: (door: string) => string) => `
const native = require("pulumi-vsphere-guest/native");
const source = new pulumi.asset.AssetArchive({ a: new pulumi.asset.StringAsset("a") });
for (const [door, doorway] of [["dynamic", guest], ["native", native]]) { ${doors.map((door) => `if (door === "${door}") { ${more(door)} }`).join("\n")} }
`;

let project: SimulatedProject;
beforeAll(async () => {
  project = await SimulatedProject.start(
    program(() => ""),
    {},
    join(packageRoot, "plugin"),
  );
}, timeoutMs);
afterAll(() => project.stop());

/** `color: "always"` is what a terminal gets: only then is the engine's own language of colours carried out. */
async function printedBy(command: "preview" | "up"): Promise<string> {
  let printed = "";
  const onOutput = (text: string) => (printed += text);
  await project.project.stack[command]({ color: "always", diff: true, onOutput, onError: onOutput }).catch(() => {});
  return printed;
}

function expectHarmless(coloured: string, shown: string): void {
  // eslint-disable-next-line no-control-regex -- the engine's own colours
  const printed = coloured.replace(/\x1b\[[\d;]*m/g, "");
  expect(printed).not.toContain("panic");
  expect(printed).toContain(shown);
  expect(printed.match(/(?![\n\t])[\p{Cc}\u202a-\u202e]/gu) ?? []).toEqual([]);
  expect(printed.split("\n").filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line))).toEqual([]);
}

test(
  "names of files that speak to terminals, CI systems and the engine are shown whole in a preview",
  async () => {
    project.edit(
      program(
        (door) => `
          new doorway.GuestDirectory(door + " directory", { vm, path: "/srv/${door}.d", source, purge: true });`,
      ),
    );
    for (const door of doors) {
      mkdirSync(join(project.root(), "srv", `${door}.d`));
      writeFileSync(join(project.root(), "srv", `${door}.d`, `${hostile.replaceAll("/", "")} named by ${door}`), "");
    }
    const printed = await printedBy("preview");
    for (const door of doors) {
      expectHarmless(printed, `named by ${door}`);
    }
  },
  timeoutMs,
);

test(
  "what a program says that fails is shown whole beside its resource",
  async () => {
    writeFileSync(join(project.root(), "srv/hostile"), `${hostile}\n`);
    project.edit(
      program(
        (door) =>
          `new doorway.GuestProgramRun(door + " run", { vm, script: "cat /srv/hostile; cat /srv/hostile >&2; echo the end of ${door} >&2; exit 3", logging: "stdoutAndStderr" });`,
      ),
    );
    const printed = await printedBy("up");
    // The engine ends at the first failure.
    expectHarmless(printed, "\\x1b]52;c");
  },
  timeoutMs,
);
