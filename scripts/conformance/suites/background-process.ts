import type { ReplayGuest } from "../replay-guest";

const launcher = `
import json, os, sys
spec = json.loads(sys.argv[1])
pid = os.fork()
if pid == 0:
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2): os.dup2(null, fd)
    if "uid" in spec: os.setuid(spec["uid"])
    if spec.get("zombie"):
        if os.fork() == 0: os._exit(0)
        os.execv("/bin/sleep", ["sleep", "60"])
    os.execv(spec["exe"], [a.encode("latin-1") if spec.get("latin1") else a for a in spec["argv"]])
print(pid)
`;

export interface BackgroundProcess {
  readonly exe: string;
  readonly argv: readonly string[];
  readonly uid?: number;
  /** Words are bytes, one a character. */
  readonly latin1?: boolean;
}

/** Starts an ordinary process in the guest, in a session of its own. Returns its pid there. */
export async function startBackground(guest: ReplayGuest, userName: string, spec: BackgroundProcess): Promise<number> {
  const output = await guest.shell(userName, `python3 -c ${quote(launcher)} ${quote(JSON.stringify(spec))}`);
  const pid = Number(output);
  if (!Number.isInteger(pid) || pid <= 0) throw new Error(`no process was started: ${output}`);
  return pid;
}

/** Starts a parent that does not reap its child. Returns the pid of the child, a zombie. */
export async function startZombie(guest: ReplayGuest, userName: string): Promise<number> {
  const parent = await guest.shell(userName, `python3 -c ${quote(launcher)} '{"zombie": true}'`);
  const children = await guest.shell("root", `sleep 0.2; pgrep -P ${Number(parent)}`);
  return Number(children);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
