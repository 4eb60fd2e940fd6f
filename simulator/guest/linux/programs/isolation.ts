import { spawnSync } from "node:child_process";
import { canSwitchUsers } from "../run-as";

/** How the programs of Linux guests are kept apart from the machine. */
export interface Isolation {
  readonly kind: "namespaces" | "userNamespaces" | "pathMapping";
  /** What does not hold with this kind, one sentence each, for people. */
  readonly limits: readonly string[];
}

const limits: Readonly<Record<Isolation["kind"], readonly string[]>> = {
  namespaces: [],
  userNamespaces: [
    "without root all guest users have one and the same rights, and programs run as the guest's root",
    "without root files in a guest belong to the user that runs the simulator",
  ],
  pathMapping: [
    "programs in guests are ordinary processes of this machine: they see its files and processes",
    "absolute guest paths in command lines are rewritten as text; paths that a program builds itself are not",
    "processes of guests outlive a simulator that is killed with SIGKILL",
  ],
};

const withoutRoot = "without root all guest users have the rights of the user that runs the simulator";

let probed: Isolation["kind"] | undefined;

/** The strongest isolation that this machine allows; tried out once per process. `off` asks for path mapping. */
export function findIsolation(sandbox: "auto" | "off"): Isolation {
  if (sandbox === "auto") probed ??= probe();
  const kind = sandbox === "off" ? "pathMapping" : (probed ?? "pathMapping");
  const userLimit = kind === "pathMapping" && !canSwitchUsers() ? [withoutRoot] : [];
  return { kind, limits: [...limits[kind], ...userLimit] };
}

function probe(): Isolation["kind"] {
  if (process.platform !== "linux") return "pathMapping";
  const namespaces = ["--mount", "--pid", "--ipc", "--fork", "--kill-child", "--"];
  const check = ["sh", "-c", "mount -t proc proc /proc && mount -t tmpfs tmpfs /mnt && exec perl -MSocket -e 1"];
  const works = (flags: readonly string[]): boolean =>
    spawnSync("unshare", [...flags, ...namespaces, ...check], { stdio: "ignore", timeout: 5000 }).status === 0;
  if (canSwitchUsers()) return works([]) ? "namespaces" : "pathMapping";
  return works(["--user", "--map-root-user"]) ? "userNamespaces" : "pathMapping";
}
