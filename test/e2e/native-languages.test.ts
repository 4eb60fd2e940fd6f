import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSimulator, type Simulator } from "../../simulator";
import { ExampleProject } from "./example-project";
import { whyNot, type Language } from "./language-hosts";

const languages: readonly [Language, string][] = [
  ["nodejs", "typescript-native"],
  ["python", "python"],
  ["go", "go"],
  ["yaml", "yaml"],
];
const timeoutMs = 600_000;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ vms: languages.length, hosts: 2 });
}, timeoutMs);
afterAll(async () => {
  expect(simulator.sessions).toBe(0);
  await simulator.stop();
});

describe.each(languages)("a %s program (examples/%s)", (language, example) => {
  const missing = whyNot(language);
  const step = missing === undefined ? test : test.skip;
  const vm = () => simulator.vms[languages.findIndex(([name]) => name === language)];
  const inGuest = (path: string) => join(vm()?.root ?? "", path);
  let project: ExampleProject;

  beforeAll(async () => {
    if (missing === undefined) project = await ExampleProject.start(example, simulator, { vm: vm()?.path ?? "" });
  }, timeoutMs);
  afterAll(() => (missing === undefined ? project.remove() : undefined));

  step(
    "up makes what is declared, and functions answer",
    async () => {
      const { changed } = await project.run("up");
      const created = { gate: "create", "config-dir": "create", config: "create", apply: "create" };
      expect(Object.fromEntries(changed)).toEqual(created);
      expect(readFileSync(inGuest("etc/app/app.conf"), "utf8")).toBe("listen = 8080\n");
      expect(statSync(inGuest("etc/app/app.conf")).mode & 0o7777).toBe(0o640);
      const outputs = await project.project.stack.outputs();
      expect([outputs.said?.value, outputs.system?.value]).toEqual(["listen = 8080", "linuxGuest"]);
    },
    timeoutMs,
  );

  step(
    "drift is told by property in a preview, and repaired by a plain up",
    async () => {
      appendFileSync(inGuest("etc/app/app.conf"), "debug = true\n");
      const { printed } = await project.pulumi("preview", "--diff");
      expect(printed).toMatch(/~ content/);
      expect(printed).toMatch(/-debug = true/);
      expect(Object.fromEntries((await project.run("up")).changed)).toEqual({ config: "update", apply: "update" });
      expect(readFileSync(inGuest("etc/app/app.conf"), "utf8")).toBe("listen = 8080\n");
    },
    timeoutMs,
  );

  step(
    "an existing file is imported by its id",
    async () => {
      writeFileSync(inGuest("etc/motd"), "hello\n");
      const type = "vsphere-guest:index:GuestFile";
      const id = `${vm()?.instanceUuid}:/etc/motd`;
      const flags = ["--yes", "--skip-preview", "--protect=false", "--generate-code=false"];
      const { printed, code } = await project.pulumi("import", type, "motd", id, ...flags);
      expect({ printed, code }).toMatchObject({ code: 0, printed: expect.stringContaining("1 imported") as unknown });
    },
    timeoutMs,
  );

  step(
    "a refresh changes nothing",
    async () => {
      const { printed, code } = await project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");
      expect({ printed, code }).toMatchObject({ code: 0 });
    },
    timeoutMs,
  );

  step(
    "destroy takes away what was made, and leaves what was imported",
    async () => {
      await project.run("destroy");
      expect([existsSync(inGuest("etc/app")), existsSync(inGuest("etc/motd"))]).toEqual([false, true]);
    },
    timeoutMs,
  );
});
