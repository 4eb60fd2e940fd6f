import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface ShellResult {
  readonly output: string;
  readonly errors: string;
}

/** Runs shell lines inside a guest's namespaces, never on the machine. Unlike guest programs it may mount. */
export class GuestShell {
  readonly #pid: string;

  /** `root`: the guest's root directory on the machine. Its namespaces have to exist. */
  constructor(root: string) {
    const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && isNamespaceHolder(name, root));
    if (pid === undefined) throw new Error(`the guest at ${root} has no namespaces`);
    this.#pid = pid;
  }

  /** What `script` writes: bash in the directory /srv/gt, which is also $W. */
  async run(
    user: { readonly uid: number; readonly gid: number; readonly home: string },
    script: string,
  ): Promise<ShellResult> {
    const child = spawn(
      "nsenter",
      [
        `--mount=/proc/${this.#pid}/ns/mnt`,
        `--pid=/proc/${this.#pid}/ns/pid_for_children`,
        `--ipc=/proc/${this.#pid}/ns/ipc`,
        "setpriv",
        `--reuid=${user.uid}`,
        `--regid=${user.gid}`,
        "--init-groups",
        "bash",
        "-c",
        `cd /srv/gt 2>/dev/null; ${script}`,
      ],
      {
        env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin:/mnt/bin", HOME: user.home, W: "/srv/gt", LC_ALL: "C.UTF-8" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    return { output, errors };
  }
}

function isNamespaceHolder(pid: string, root: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words[0] === "unshare" && words.includes(root);
  } catch {
    return false;
  }
}
