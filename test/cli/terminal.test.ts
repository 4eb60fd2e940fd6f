import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { commandMain, settingsFor, startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world.stop());

/** Python's pty: Node has none. Types each answer when its question has come. */
const script = `
import json, os, pty, select, sys
answers = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
said, heard = b"", 0
while True:
    try:
        ready, _, _ = select.select([fd], [], [], 30)
        data = os.read(fd, 4096) if ready else b""
    except OSError:
        break
    if not data:
        break
    said += data
    if answers and answers[0][0].encode() in said[heard:]:
        heard = len(said)
        os.write(fd, answers.pop(0)[1].encode())
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(b"%d %s" % (os.waitstatus_to_exitcode(status), said))
`;

/** What a person sees at a terminal, after the exit code. */
async function atTerminal(
  args: readonly string[],
  answer = "simulated\n",
  ...answers: readonly (readonly [string, string])[]
): Promise<string> {
  writeFileSync(join(world.directory, "terminal.py"), script);
  const { VSPHERE_GUEST_PASSWORD: _asked, ...settings } = settingsFor(world.simulator);
  const env = { ...process.env, ...settings, VSPHERE_VM: "vm-1" };
  const command = [process.execPath, commandMain, ...args];
  const typed = JSON.stringify([["guest: ", answer], ...answers]);
  const { stdout } = await promisify(execFile)("python3", ["terminal.py", typed, ...command], {
    cwd: world.directory,
    env,
  });
  return stdout;
}

test("a password is asked for, and not shown", async () => {
  const said = await atTerminal(["auth", "check"]);
  expect(said).toMatch(/^0 [^]*password of root in the guest: /);
  expect(said).not.toContain("simulated");
  expect(await atTerminal(["auth", "check"], "wr0ng\n")).toMatch(/^1 [^]*refused the login of "root"/);
});

test("Ctrl-C instead of a password ends the command", async () => {
  const said = await atTerminal(["auth", "check"], "\u0003");
  expect(said).toMatch(/^130 [^]*No password was given/);
  expect(said).not.toContain("node_modules");
});

test("what a terminal obeys is shown, unless it is wanted raw", async () => {
  const print = ["--", "/usr/bin/printf", "\\033[31mred\\007\\r\\n"];
  expect(await atTerminal(["run", ...print])).toContain("\\x1b[31mred\\x07");
  expect(await atTerminal(["run", "--raw", ...print])).toContain("\u001b[31mred\u0007");
});

test("a transfer shows a bar", async () => {
  writeFileSync(join(world.directory, "big"), Buffer.alloc(5_000_000));
  const said = await atTerminal(["upload", "big", "/srv/big"]);
  expect(said).toContain("100%");
});

test("capture asks what becomes of contents that look secret", async () => {
  mkdirSync(world.at("/srv/asked"), { recursive: true });
  writeFileSync(world.at("/srv/asked/db.conf"), "password = hunter22\n");
  const answers = [
    ["[c/o/p] ", "x\n"],
    ["[c/o/p] ", "c\n"],
  ] as const;
  const said = await atTerminal(["capture", "/srv/asked", "--out", "asked"], undefined, ...answers);
  expect(said).toMatch(/^0 [^]*\/srv\/asked\/db\.conf looks secret: it sets a password, key or token/);
  expect(said.match(/\[c\/o\/p\]/g)).toHaveLength(2);
  const program = readFileSync(join(world.directory, "asked", "index.ts"), "utf8");
  expect(program).toContain('config.requireSecret("srv-asked-db-conf-content")');
  const left = await atTerminal(["capture", "/srv/asked", "--out", "left"], undefined, ["[c/o/p] ", "\u0003"]);
  expect(left).toMatch(/^130 /);
  expect(existsSync(join(world.directory, "left"))).toBe(false);
});
