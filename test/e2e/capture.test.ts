import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPulumiProject, simulatorConfig, type PulumiProject } from "../../scripts/pulumi-project";
import { startSimulator, type Simulator } from "../../simulator";
import { runCommand } from "../cli/command-world";
import { whyNot, type Language } from "./language-hosts";
import { pulumi } from "./pulumi-command";
import { pythonEnvironment } from "./python-environment";

const languages: readonly [string, Language][] = [
  ["typescript", "nodejs"],
  ["python", "python"],
  ["go", "go"],
  ["yaml", "yaml"],
];
const timeoutMs = 600_000;
const named = ["/etc/app", "/etc/motd"];

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ vms: languages.length, hosts: 2 });
}, timeoutMs);
afterAll(async () => {
  expect(simulator.sessions).toBe(0);
  await simulator.stop();
});

/** 20 files as people have them: other modes and owners, odd names, bytes, a link, a secret. */
function fill(root: string): void {
  const at = (path: string) => join(root, path);
  mkdirSync(at("etc/app/conf.d/deep"), { recursive: true });
  mkdirSync(at("etc/app/empty"));
  mkdirSync(at("etc/app/private/keys"), { recursive: true });
  for (let number = 1; number <= 11; number += 1)
    writeFileSync(at(`etc/app/conf.d/${number}.conf`), `number = ${number}\n`);
  writeFileSync(at("etc/app/conf.d/deep/ünïcode [1].conf"), "π = 3\n");
  writeFileSync(at("etc/app/a b'c\"d.conf"), "quoted\n");
  writeFileSync(at("etc/app/${vm}.conf"), "${HOME} $(id)\n");
  writeFileSync(at("etc/app/bytes.bin"), Buffer.from([0, 255, 254, 10, 13]));
  writeFileSync(at("etc/app/nothing"), "");
  writeFileSync(at("etc/app/run.sh"), "#!/bin/sh\n");
  writeFileSync(at("etc/app/daemon.conf"), "user = daemon\n");
  writeFileSync(at("etc/app/private/keys/tls"), "-----BEGIN PRIVATE KEY-----\nMIIfake\n-----END PRIVATE KEY-----\n");
  writeFileSync(at("etc/app/private/list"), "mine\n");
  symlinkSync("nothing", at("etc/app/link"));
  chmodSync(at("etc/app/run.sh"), 0o755);
  chownSync(at("etc/app/daemon.conf"), 1, 1);
  chmodSync(at("etc/app/private"), 0o700);
  chmodSync(at("etc/app/private/keys/tls"), 0o600);
  writeFileSync(at("etc/motd"), "hello\n");
}

/** All that is to stay as it is. */
function described(root: string): string[] {
  return [
    "etc/motd",
    "etc/app",
    ...readdirSync(join(root, "etc/app"), { recursive: true }).map((name) => join("etc/app", String(name))),
  ]
    .sort()
    .map((path) => {
      const { mode, uid, gid, ino, mtimeMs } = lstatSync(join(root, path));
      const text = lstatSync(join(root, path)).isFile() ? readFileSync(join(root, path), "latin1") : "";
      return [path, mode.toString(8), uid, gid, ino, mtimeMs, text].join(" ");
    });
}

describe.each(languages)("captured in %s", (name, language) => {
  const missing = whyNot(language);
  const step = missing === undefined ? test : test.skip;
  const vm = () => simulator.vms[languages.findIndex(([one]) => one === name)];
  let project: PulumiProject;
  let printed = "";
  let before: string[] = [];

  beforeAll(async () => {
    if (missing !== undefined) return;
    fill(vm()?.root ?? "");
    before = described(vm()?.root ?? "");
    const directory = mkdtempSync(join(tmpdir(), "captured-"));
    try {
      await capture(directory);
      project = await createPulumiProject({
        fill: (target) => cpSync(join(directory, "project"), target, { recursive: true }),
        config: simulatorConfig(simulator, { password: "simulated", guestPassword: "simulated" }),
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, timeoutMs);
  afterAll(() => (missing === undefined ? project.remove() : undefined));

  async function capture(directory: string): Promise<void> {
    const flags = ["--vm", vm()?.name ?? "", "--language", name, "--secrets", "config", "--out", "project"];
    const { code, stdout, stderr } = await runCommand({ simulator, directory }, ["capture", ...named, ...flags]);
    expect([code, stderr]).toEqual([0, ""]);
    printed = stdout;
    const cwd = join(directory, "project");
    if (name === "python") {
      const file = join(cwd, "Pulumi.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace("virtualenv: venv", `virtualenv: ${pythonEnvironment()}`));
    }
    if (name === "go") {
      const { status, stderr } = spawnSync("go", ["mod", "tidy"], { cwd, encoding: "utf8" });
      expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    }
  }

  const done = async (...args: string[]) => {
    const { printed, code } = await pulumi(project, ...args, "--stack", "dev");
    expect(code === 0 ? "" : `${args.join(" ")}\n${printed}`).toBe("");
    return printed;
  };

  step(
    "what was written tells what it holds, and no secret",
    () => {
      expect(printed).toMatch(/GuestDirectory \/etc\/app$/m);
      expect(printed).toMatch(/left out: \/etc\/app\/link is a symbolic link/);
      const files = readdirSync(project.directory, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && !entry.parentPath.includes("node_modules"),
      );
      for (const { parentPath, name } of files)
        expect(readFileSync(join(parentPath, name), "utf8")).not.toContain("MIIfake");
    },
    timeoutMs,
  );

  step(
    "imported, its first preview shows no change, nor does the next one after a refresh",
    async () => {
      const key = /cat (\S+) --vm \S+ \| .* --secret (\S+)$/m.exec(printed);
      const secret = readFileSync(join(vm()?.root ?? "", key?.[1] ?? ""));
      await project.stack.setConfig(key?.[2] ?? "", { value: secret.toString("base64"), secret: true });
      await done(
        "import",
        "--file",
        "import.json",
        "--protect=false",
        "--generate-code=false",
        "--yes",
        "--skip-preview",
      );
      await done("preview", "--expect-no-changes");
      await done("up", "--yes", "--skip-preview", "--expect-no-changes");
      await done("refresh", "--yes", "--skip-preview");
      await done("preview", "--expect-no-changes");
      expect(described(vm()?.root ?? "")).toEqual(before);
      expect(await done("stack", "export")).not.toContain("MIIfake");
    },
    timeoutMs,
  );

  step(
    "destroy leaves all as it was",
    async () => {
      await done("destroy", "--yes", "--skip-preview");
      expect(described(vm()?.root ?? "")).toEqual(before);
      expect(existsSync(join(vm()?.root ?? "", "etc/app/empty"))).toBe(true);
    },
    timeoutMs,
  );
});
