import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createGuestAgent,
  VixError,
  type AgentProcessInfo,
  type GuestAgent,
  type GuestCredential,
  type GuestOptions,
} from "../../../simulator/guest";

export const isRoot = process.geteuid?.() === 0;

/** A guest of one test, with accounts root, ann and bob whose passwords are their names. */
export interface Bench {
  readonly agent: GuestAgent;
  /** Directory on the machine. */
  readonly root: string;
  /** Moves the guest's clock. */
  step(milliseconds: number): void;
  as(name: string, password?: string): GuestCredential;
  /** Starts `path args` and resolves when its end shows; the clock is stepped over the agent's sampling. */
  run(user: string, path: string, args: string, more?: { env?: string[]; cwd?: string }): Promise<AgentProcessInfo>;
  close(): Promise<void>;
}

export async function openBench(options: Partial<GuestOptions> = {}): Promise<Bench> {
  const base = mkdtempSync(join(tmpdir(), "guest-bench-"));
  const root = join(base, "root");
  let offset = 0;
  const account = (name: string, uid: number) => ({
    ...{ name, password: name, uid, gid: uid, shell: "/bin/bash" },
    home: uid === 0 ? "/root" : `/home/${name}`,
  });
  const agent = await createGuestAgent({
    os: "linux",
    root,
    users: [account("root", 0), account("ann", 2001), account("bob", 2002)],
    toolsVersion: "12.2.0",
    sandbox: "off",
    now: () => Date.now() + offset,
    ...options,
  });
  const as = (username: string, password = username): GuestCredential => ({
    type: "NamePasswordAuthentication",
    interactiveSession: false,
    username,
    password,
  });
  return {
    agent,
    root,
    as,
    step: (milliseconds) => (offset += milliseconds),
    run: async (user, programPath, args, { env = [], cwd } = {}) => {
      const pid = await agent.startProgramInGuest(as(user), {
        programPath,
        arguments: args,
        envVariables: env,
        ...(cwd !== undefined && { workingDirectory: cwd }),
      });
      return ended(agent, as(user), pid);
    },
    close: async () => {
      await agent.shutdown();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Waits for the end of a program as a client sees it. */
export async function ended(agent: GuestAgent, auth: GuestCredential, pid: number): Promise<AgentProcessInfo> {
  for (;;) {
    const [process] = await agent.listProcessesInGuest(auth, [pid]);
    if (process?.endTime !== undefined) return process;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The VIX number that the work is refused with; 0 when it succeeds. */
export async function vixOf(work: Promise<unknown>): Promise<number> {
  try {
    await work;
    return 0;
  } catch (error) {
    if (error instanceof VixError) return error.vix;
    throw error;
  }
}

export async function download(agent: GuestAgent, auth: GuestCredential, path: string): Promise<string> {
  const { body } = await agent.openDownload(auth, path);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export async function upload(agent: GuestAgent, auth: GuestCredential, path: string, text: string): Promise<void> {
  const file = await agent.openUpload(auth, path, { type: "GuestFileAttributes" });
  await file.write(Buffer.from(text));
  await file.finish();
}
