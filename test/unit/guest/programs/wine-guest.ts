import { newRoomId } from "../../../../provider/guest/paths/temporary-places";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { ProgramSpec } from "../../../../provider/guest/guest";
import { readReport, type RunReport } from "../../../../provider/guest/programs/rooms/report";
import type { RunPlace } from "../../../../provider/guest/programs/rooms/rooms";
import { WindowsRunner } from "../../../../provider/guest/programs/windows/runner";
import { keepWineServices } from "../../../../simulator/guest/windows/wine-tool";
import { acquireWineTemplate, hasWine, releaseWineTemplate } from "../../../../simulator/guest/windows/wine-template";

/** `describe` where Wine is; elsewhere one line says what was skipped. */
export function withWine(subject: string): jest.Describe {
  if (hasWine()) return describe;
  process.stderr.write(`SKIPPED: ${subject}, since \`wine\` is not installed here\n`);
  return describe.skip;
}

const plain = {
  environmentMode: "merge",
  outputLimitBytes: 1 << 20,
  secret: { script: false, environment: false, stdin: false },
} as const;

/** Plans of a WindowsRunner, carried out by the cmd.exe of Wine in a directory of this machine. */
export class WineGuest {
  /** A program of this machine, which Wine starts under a Windows name: it shows the arguments that a process gets. */
  readonly printf: string;
  readonly #here = mkdtempSync("/tmp/wine-test-");
  #runs = 0;

  static async open(): Promise<WineGuest> {
    const guest = new WineGuest(await acquireWineTemplate());
    await keepWineServices(guest.#environment());
    return guest;
  }

  /** A prefix of its own, with Wine's files of the template. */
  private constructor(template: string) {
    const prefix = `${this.#here}/prefix`;
    mkdirSync(`${prefix}/dosdevices`, { recursive: true });
    for (const name of ["system.reg", "user.reg", "userdef.reg", ".update-timestamp"]) {
      if (existsSync(`${template}/${name}`)) copyFileSync(`${template}/${name}`, `${prefix}/${name}`);
    }
    symlinkSync(`${template}/drive_c`, `${prefix}/drive_c`);
    symlinkSync("../drive_c", `${prefix}/dosdevices/c:`);
    symlinkSync("/", `${prefix}/dosdevices/z:`);
    mkdirSync(`${this.#here}/temp dir`);
    copyFileSync("/usr/bin/printf", `${this.#here}/printf.exe`);
    this.printf = windowsPath(`${this.#here}/printf.exe`);
  }

  async stop(): Promise<void> {
    spawnSync("wineserver", ["--kill", "--wait"], { env: this.#environment(), stdio: "ignore" });
    rmSync(this.#here, { recursive: true, force: true });
    await releaseWineTemplate();
  }

  async runner(deploy?: string): Promise<WindowsRunner> {
    const runner = new WindowsRunner(deploy);
    await runner.prepare(
      async () =>
        new Map([
          ["TEMP", windowsPath(`${this.#here}/temp dir`)],
          ["SystemRoot", "C:\\windows"],
          ["USERPROFILE", "C:\\"],
          ["PATH", "C:\\windows\\system32"],
        ]),
    );
    return runner;
  }

  newPlace(runner: WindowsRunner): RunPlace {
    this.#runs += 1;
    return { room: { path: runner.roomPath(newRoomId()) } as RunPlace["room"], runId: String(this.#runs) };
  }

  /** Starts the wrapper; the promise is of its exit code. */
  async start(runner: WindowsRunner, place: RunPlace, spec: Partial<ProgramSpec> & Pick<ProgramSpec, "command">) {
    const room = unixPath(place.room.path);
    const { start, files } = await runner.plan(place, { ...plain, ...spec });
    if (files.length > 0) mkdirSync(room, { recursive: true });
    for (const { name, bytes } of files) writeFileSync(`${room}/${name}`, bytes as Buffer);
    const given = Object.fromEntries(
      (start.envVariables ?? []).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    // The wrapper's command line holds no quotes, so that Wine's way of building one from words keeps it as it is.
    const child = spawn("wine", ["cmd", ...start.arguments.split(" ")], {
      env: { ...this.#environment(), ...given, PATH: process.env["PATH"] },
      cwd: start.workingDirectory === "C:\\windows" ? `${this.#here}/prefix/drive_c/windows` : this.#here,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    child.stdout.resume();
    child.stderr.resume();
    // Wine does not wait for a program of this machine; the pipe closes when that too has ended.
    const ended = once(child, "close").then(([code]) => code as number | null);
    return { start, pid: child.pid ?? 0, ended };
  }

  report({ room, runId }: RunPlace): RunReport {
    return readReport(
      runId,
      this.names(room).map((name) => ({ name, info: { path: name, type: "file", size: 0, attributes: {} } })),
    );
  }

  names({ path }: { readonly path: string }): string[] {
    return existsSync(unixPath(path)) ? readdirSync(unixPath(path)) : [];
  }

  stream({ room, runId }: RunPlace, stream: "out" | "err"): string {
    return readFileSync(`${unixPath(room.path)}/${runId}.${stream}`, "utf8");
  }

  #environment(): Readonly<Record<string, string>> {
    return {
      ...(process.env as Record<string, string>),
      WINEPREFIX: `${this.#here}/prefix`,
      WINEDEBUG: "-all",
      WINEDLLOVERRIDES: "mscoree,mshtml=",
      DISPLAY: "",
      LC_ALL: "C.UTF-8",
    };
  }
}

function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

function unixPath(path: string): string {
  return path.slice("Z:".length).replaceAll("\\", "/");
}
