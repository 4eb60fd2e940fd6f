import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { commandMain, settingsFor, startCommandWorld, type CommandWorld } from "./command-world";

let world: CommandWorld;
beforeAll(async () => {
  world = await startCommandWorld();
});
afterAll(() => world.stop());

/** Python's pty: Node has none. Types `answer` when it is asked for a password. */
const script = `
import os, pty, select, sys
answer = sys.argv[1].encode()
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
said, asked = b"", False
while True:
    try:
        ready, _, _ = select.select([fd], [], [], 30)
        data = os.read(fd, 4096) if ready else b""
    except OSError:
        break
    if not data:
        break
    said += data
    if not asked and b"guest: " in said:
        os.write(fd, answer)
        asked = True
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(b"%d %s" % (os.waitstatus_to_exitcode(status), said))
`;

/** What a person sees at a terminal, after the exit code. */
async function atTerminal(args: readonly string[], answer = "simulated\n"): Promise<string> {
  writeFileSync(join(world.directory, "terminal.py"), script);
  const { VSPHERE_GUEST_PASSWORD: _asked, ...settings } = settingsFor(world.simulator);
  const env = { ...process.env, ...settings, VSPHERE_VM: "vm-1" };
  const command = [process.execPath, commandMain, ...args];
  const { stdout } = await promisify(execFile)("python3", ["terminal.py", answer, ...command], {
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
