import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { Readable } from "node:stream";
import type { ContentSource, FileStat } from "../../../../provider/guest/guest";
import { type SimulatedGuest, openSimulatedGuest, operation, told } from "../simulated-guest";
import { until } from "../../../until";

let at: SimulatedGuest;
let directories = 0;

beforeAll(async () => {
  const alice = { name: "alice", password: "a", uid: 1001, gid: 1001, home: "/home/alice" };
  at = await openSimulatedGuest({ guestUsers: [alice] });
});
afterAll(() => at.close());

/** A fresh directory: its path in the guest and on this machine. */
function newDirectory(mode = 0o755) {
  directories += 1;
  const inGuest = `/srv/test-${directories}`;
  const here = `${at.vm.root}${inGuest}`;
  mkdirSync(here, { recursive: true });
  chmodSync(here, mode);
  return { inGuest, here };
}

function content(text: string): ContentSource {
  const bytes = Buffer.from(text);
  return { sizeBytes: bytes.length, open: () => Readable.from([bytes]) };
}

const plain = { attributes: { mode: 0o644 } };
const kept = { maxAgeMs: 60_000 };

describe("looks", () => {
  test("tell what is there without following links", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/file`, "12345", { mode: 0o640 });
    mkdirSync(`${here}/directory`, 0o750);
    symlinkSync("file", `${here}/link`);
    symlinkSync("nowhere", `${here}/dangling`);
    const stat = (name: string) => at.guest.files.stat(`${inGuest}/${name}`, operation());
    expect(await stat("file")).toMatchObject({ type: "file", sizeBytes: 5, mode: 0o640, ownerId: 0 });
    expect(await stat("directory")).toMatchObject({ type: "directory", mode: 0o750, targetType: "directory" });
    expect(await stat("link")).toMatchObject({ type: "symlink", symlinkTarget: "file", targetType: "file" });
    expect(await stat("dangling")).toMatchObject({ type: "symlink", targetType: "dangling" });
    expect(await stat("absent")).toBeUndefined();
    expect(await stat("no/such/directory")).toBeUndefined();
    expect(await stat("file/below-a-file")).toBeUndefined();
    expect(await at.guest.files.stat("/", operation())).toMatchObject({ type: "directory" });
  });

  test("into one directory at one time share a request", async () => {
    const { inGuest, here } = newDirectory();
    const names = ["a", "b+c", "d.e", "(f)", "not there"];
    for (const name of names.slice(0, 4)) writeFileSync(`${here}/${name}`, name);
    const { result, requests } = await at.requestsOf(() =>
      Promise.all(names.map((name) => at.guest.files.stat(`${inGuest}/${name}`, operation()))),
    );
    expect(result.map((stat) => stat?.sizeBytes)).toEqual([1, 3, 3, 3, undefined]);
    expect(requests).toEqual(["ListFilesInGuest", "ListFilesInGuest"]); // The second is for the name in no listing.
    const likely = () => at.guest.files.stat(`${inGuest}/not there`, operation(), { absence: "likely" });
    expect((await at.requestsOf(likely)).requests).toHaveLength(1);
  });

  test("one after the other share a request when they may be a moment old, until we change something", async () => {
    const { inGuest, here } = newDirectory();
    const names = Array.from({ length: 100 }, (_, index) => `file-${index}`);
    for (const name of names) writeFileSync(`${here}/${name}`, "");
    const lookAtAll = async () => {
      for (const name of names) await at.guest.files.stat(`${inGuest}/${name}`, operation(), kept);
    };
    expect((await at.requestsOf(lookAtAll)).requests).toEqual(["ListFilesInGuest"]);
    expect((await at.requestsOf(lookAtAll)).requests).toEqual([]);
    await at.guest.files.deleteFile(`${inGuest}/file-0`, operation());
    expect(await at.guest.files.stat(`${inGuest}/file-0`, operation(), kept)).toBeUndefined();
  });

  test("for absent names cost one request more, whatever their number, where nothing is hidden", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/file`, "");
    const { files } = await at.as({ username: "alice", password: "a" });
    const lookAtAll = async () => {
      const found: (FileStat | undefined)[] = [];
      for (let n = 0; n < 20; n += 1) found.push(await files.stat(`${inGuest}/absent-${n}`, operation(), kept));
      return found.filter((stat) => stat !== undefined);
    };
    expect(await at.requestsOf(lookAtAll)).toEqual({
      result: [],
      requests: ["ListFilesInGuest", "ListFilesInGuest"],
    });
  });

  test("into a large directory do not read it whole", async () => {
    const { inGuest, here } = newDirectory();
    for (let index = 0; index < 1_200; index += 1) writeFileSync(`${here}/file-${index}`, "x".repeat(index % 7));
    const seen: (FileStat | undefined)[] = [];
    const { requests } = await at.requestsOf(async () => {
      for (let index = 0; index < 1_200; index += 60) {
        seen.push(await at.guest.files.stat(`${inGuest}/file-${index}`, operation(), kept));
      }
    });
    expect(seen.every((stat, step) => stat?.sizeBytes === (step * 60) % 7)).toBe(true);
    // The first page, and a look for each name that is not on it.
    expect(requests.length).toBeLessThanOrEqual(1 + 20);
    expect(await at.guest.files.list(inGuest, operation())).toHaveLength(1_200);
  });

  test("do not take a file that the login may not open for absent", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/private`, "12345", { mode: 0o600 });
    const { files } = await at.as({ username: "alice", password: "a" });
    const told = { type: "file", sizeBytes: 5, mode: 0o600, ownerId: 0, unreadable: true };
    for (const options of [{}, kept]) {
      expect(await files.stat(`${inGuest}/private`, operation(), options)).toMatchObject(told);
      expect(await files.stat(`${inGuest}/absent`, operation(), options)).toBeUndefined();
    }
  });

  test("say so where no program can be asked about a file that the login may not open", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/private`, "", { mode: 0o600 });
    const { files } = await at.as({ username: "alice", password: "a" });
    const refuse = () => at.simulator.injectFault({ method: "StartProgramInGuest", fault: "OperationDisabledByGuest" });
    refuse();
    expect(await files.find(`${inGuest}/private`, operation())).toMatchObject({ kind: "unseen" });
    refuse();
    const told = { code: "GUEST_PERMISSION_DENIED" };
    await expect(files.stat(`${inGuest}/private`, operation())).rejects.toMatchObject(told);
    at.simulator.clearDisturbances();
  });

  test("work by the path itself where the directory may not be listed", async () => {
    const { inGuest, here } = newDirectory(0o711);
    writeFileSync(`${here}/open`, "12", { mode: 0o644 });
    mkdirSync(`${here}/directory`, 0o755);
    const { files } = await at.as({ username: "alice", password: "a" });
    expect(await files.stat(`${inGuest}/open`, operation())).toMatchObject({ type: "file", sizeBytes: 2 });
    expect(await files.stat(`${inGuest}/directory`, operation())).toMatchObject({ type: "directory", mode: 0o755 });
    expect(await files.stat(`${inGuest}/absent`, operation())).toBeUndefined();
  });

  test("say so where a directory may be listed but not searched", async () => {
    const { inGuest, here } = newDirectory(0o744);
    writeFileSync(`${here}/file`, "12");
    const { files } = await at.as({ username: "alice", password: "a" });
    await expect(files.stat(`${inGuest}/file`, operation())).rejects.toMatchObject({ code: "GUEST_PERMISSION_DENIED" });
  });
});

describe("writes", () => {
  test("create, replace and empty a file in 4 requests, with the attributes asked for", async () => {
    const { inGuest, here } = newDirectory();
    const modifiedAt = new Date("2020-02-02T02:02:02Z");
    await at.guest.files.write(`${inGuest}/file`, content("before"), plain, operation());
    for (const text of ["first", "a longer second", ""]) {
      const attributes = { mode: 0o644, modifiedAt };
      const write = () => at.guest.files.write(`${inGuest}/file`, content(text), { attributes }, operation());
      const { result, requests } = await at.requestsOf(write);
      expect(result).toMatchObject({ type: "file", sizeBytes: text.length, ...attributes });
      // The certificate of the ESXi host is read once per host.
      expect(requests.filter((method) => method !== "RetrievePropertiesEx")).toHaveLength(4);
      expect(readFileSync(`${here}/file`, "utf8")).toBe(text);
      expect(readdirSync(here)).toEqual(["file"]);
    }
  });

  test("without overwrite refuse what is there, also a file that the login may not open", async () => {
    const { inGuest, here } = newDirectory(0o777);
    writeFileSync(`${here}/private`, "theirs", { mode: 0o600 });
    const { files } = await at.as({ username: "alice", password: "a" });
    const write = (name: string) =>
      files.write(`${inGuest}/${name}`, content("mine"), { ...plain, overwrite: false }, operation());
    await expect(write("private")).rejects.toMatchObject({ code: "PATH_EXISTS" });
    await write("new");
    await expect(write("new")).rejects.toMatchObject({ code: "PATH_EXISTS" });
    expect(readFileSync(`${here}/private`, "utf8")).toBe("theirs");
    expect(readdirSync(here).sort()).toEqual(["new", "private"]);
  });

  test("end with the owner asked for, whether or not the transfer sets it", async () => {
    const { inGuest, here } = newDirectory();
    const attributes = { mode: 0o2640, ownerId: 1001, groupId: 1001 };
    const stat = await at.guest.files.write(`${inGuest}/file`, content("x"), { attributes }, operation());
    expect(stat).toMatchObject(attributes);
    expect(statSync(`${here}/file`)).toMatchObject({ uid: 1001, gid: 1001 });
  });

  test("replace a link, not what it points to", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/target`, "target");
    symlinkSync("target", `${here}/link`);
    await at.guest.files.write(`${inGuest}/link`, content("new"), plain, operation());
    expect(lstatSync(`${here}/link`).isFile()).toBe(true);
    expect(readFileSync(`${here}/target`, "utf8")).toBe("target");
  });

  test("take names of any kind, up to the longest", async () => {
    const { inGuest, here } = newDirectory();
    const names = ["ä ö.txt", "'quoted' $HOME", "[x](y)*", "n".repeat(255), "ü".repeat(127), "-rf"];
    for (const name of names) await at.guest.files.write(`${inGuest}/${name}`, content(name), plain, operation());
    expect(readdirSync(here).sort()).toEqual([...names].sort());
  });

  test("are noticed and mended where the guest could only copy: another's file in a sticky directory", async () => {
    const { inGuest, here } = newDirectory(0o1777);
    writeFileSync(`${here}/shared`, "old");
    chmodSync(`${here}/shared`, 0o666);
    const { files } = await at.as({ username: "alice", password: "a" });
    // The file stays root's, so that alice may write it but not change its mode.
    const write = files.write(`${inGuest}/shared`, content("new"), { attributes: { mode: 0o666 } }, operation());
    await expect(write).resolves.toMatchObject({ mode: 0o666, ownerId: 0, sizeBytes: 3 });
    expect(readdirSync(here)).toEqual(["shared"]);
    expect(readFileSync(`${here}/shared`, "utf8")).toBe("new");
  });

  test("are refused with the reason: a directory in the way, no directory to write into, no right to", async () => {
    const { inGuest, here } = newDirectory();
    mkdirSync(`${here}/directory`);
    writeFileSync(`${here}/file`, "");
    const { files } = at.guest;
    const alice = await at.as({ username: "alice", password: "a" });
    for (const text of ["x", ""]) {
      const write = (path: string, by = files) => by.write(`${inGuest}/${path}`, content(text), plain, operation());
      await expect(write("directory")).rejects.toMatchObject({ code: "NOT_A_FILE" });
      await expect(write("missing/file")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
      await expect(write("file/file")).rejects.toMatchObject({ code: "NOT_A_DIRECTORY" });
      await expect(write("other", alice.files)).rejects.toMatchObject({ code: "GUEST_PERMISSION_DENIED" });
    }
    expect(readdirSync(here).sort()).toEqual(["directory", "file"]);
  });

  test("validate the new content before it takes the old one's place", async () => {
    const { inGuest, here } = newDirectory();
    const path = `${inGuest}/it's`;
    const write = (text: string, secret = false) => {
      const options = {
        attributes: { mode: 0o644 },
        validateCommand: "grep good {path} || { cat {path} >&2; exit 3; }",
      };
      return at.guest.files.write(path, content(text), { ...options, secret }, operation());
    };
    await expect(write("good")).resolves.toMatchObject({ mode: 0o644 });
    await expect(write("bad")).rejects.toMatchObject({
      code: "PROGRAM_FAILED",
      message: told(/ended with 3.*It said: bad/),
    });
    await expect(write("hunter2", true)).rejects.toMatchObject({ message: told(/^(?!.*hunter2)/s) });
    expect(readFileSync(`${here}/it's`, "utf8")).toBe("good");
    expect(readdirSync(here)).toEqual(["it's"]);
  });

  const requestsOfAWrite = ["InitiateFileTransferToGuest", "PUT", "MoveFileInGuest", "ListFilesInGuest"];
  const requestsOfAnEmptyWrite = ["CreateTemporaryFileInGuest", "ChangeFileAttributesInGuest", "MoveFileInGuest"];
  const breaks = [
    ...requestsOfAWrite.map((method) => ({ method, text: "new" })),
    ...requestsOfAnEmptyWrite.map((method) => ({ method, text: "" })),
  ].flatMap(({ method, text }) => [
    { trouble: "connection reset before", method, text, cause: () => at.simulator.resetConnection({ method }) },
    {
      trouble: "connection reset after",
      method,
      text,
      cause: () => at.simulator.resetConnection({ method, when: "after" }),
    },
    { trouble: "HTTP 503", method, text, cause: () => at.simulator.httpError({ method, status: 503 }) },
    { trouble: "busy VM", method, text, cause: () => at.simulator.injectFault({ method, fault: "TaskInProgress" }) },
  ]);
  test.each(breaks)("$trouble at $method of '$text' goes unnoticed", async ({ text, cause }) => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/file`, "old");
    cause();
    const stat = await at.guest.files.write(`${inGuest}/file`, content(text), plain, operation());
    at.simulator.clearDisturbances();
    expect(stat.sizeBytes).toBe(text.length);
    expect(readFileSync(`${here}/file`, "utf8")).toBe(text);
    expect(readdirSync(here)).toEqual(["file"]);
  });

  test.each(["InitiateFileTransferToGuest", "MoveFileInGuest", "CreateTemporaryFileInGuest"])(
    "that fail for good at %s leave nothing behind",
    async (method) => {
      const { inGuest, here } = newDirectory();
      writeFileSync(`${here}/file`, "old");
      const text = method.startsWith("Create") ? "" : "new";
      at.simulator.injectFault({ method, fault: "SystemError", fields: { reason: "vix error codes = (7, 0).\n" } });
      const write = at.guest.files.write(`${inGuest}/file`, content(text), plain, operation());
      await expect(write).rejects.toMatchObject({ code: "SERVER_FAULT" });
      expect(readFileSync(`${here}/file`, "utf8")).toBe("old");
      expect(readdirSync(here)).toEqual(["file"]);
    },
  );

  test("take away what a killed deploy left of the same file a day ago, and nothing else", async () => {
    const { inGuest, here } = newDirectory();
    const leave = (name: string, hours: { readonly modified: number; readonly read: number }) => {
      writeFileSync(`${here}/${name}`, "part");
      utimesSync(`${here}/${name}`, Date.now() / 1000 - hours.read * 3600, Date.now() / 1000 - hours.modified * 3600);
    };
    const old = { modified: 25, read: 25 };
    leave(".file.0123456789ab.pulumi", old);
    leave(".file.0123456789abvmware123.pulumi", old);
    const others = [".file.0123456789ac.pulumi", ".file2.0123456789ab.pulumi", ".file.backup.pulumi", "file.pulumi"];
    others.forEach((name, index) => leave(name, index === 0 ? { ...old, read: 1 } : old));
    const op = operation();
    await at.guest.files.write(`${inGuest}/file`, content("new"), plain, op);
    expect(readdirSync(here).sort()).toEqual(["file", ...others].sort());
    expect(op.lines).toContain(
      `vm-1 ${inGuest}/.file.0123456789ab.pulumi: removed, a temporary file that an interrupted deploy had left`,
    );
  });

  test("that are cancelled leave nothing behind", async () => {
    const { inGuest, here } = newDirectory();
    const cancel = new AbortController();
    at.simulator.disturbTransfer({ method: "PUT", bytesPerSecond: 1_000 });
    const write = at.guest.files.write(
      `${inGuest}/file`,
      content("x".repeat(50_000)),
      plain,
      operation(30, cancel.signal),
    );
    await until(() => readdirSync(here).length > 0);
    cancel.abort();
    await expect(write).rejects.toMatchObject({ code: "CANCELLED" });
    expect(readdirSync(here)).toEqual([]);
  });
});

describe("reads", () => {
  test("give bytes and hash, and refuse more than asked for", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/file`, "hello");
    const { files } = at.guest;
    expect((await files.readBytes(`${inGuest}/file`, 5, operation())).toString()).toBe("hello");
    await expect(files.readBytes(`${inGuest}/file`, 4, operation())).rejects.toMatchObject({ code: "INVALID_INPUT" });
    const sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    expect(await files.sha256(`${inGuest}/file`, operation())).toBe(sha256);
    await expect(files.sha256(`${inGuest}/none`, operation())).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
  });

  test("begin again when the transfer is cut", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/file`, "x".repeat(300_000));
    at.simulator.disturbTransfer({ method: "GET", cutAfterBytes: 100_000 });
    expect(await at.guest.files.readBytes(`${inGuest}/file`, 300_000, operation())).toHaveLength(300_000);
  });
});

describe("directories and removals", () => {
  test("a directory is made with its attributes; what is there already is an error", async () => {
    const { inGuest, here } = newDirectory();
    const make = (path: string, createParents: boolean) =>
      at.guest.files.makeDirectory(`${inGuest}/${path}`, { createParents, attributes: { mode: 0o751 } }, operation());
    await make("one", false);
    expect(statSync(`${here}/one`).mode & 0o7777).toBe(0o751);
    await expect(make("one", true)).rejects.toMatchObject({ code: "PATH_EXISTS" });
    await expect(make("a/b", false)).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
    await make("a/b", true);
    at.simulator.resetConnection({ method: "MakeDirectoryInGuest", when: "after" });
    await make("lost", false);
    expect(readdirSync(here).sort()).toEqual(["a", "lost", "one"]);
  });

  test("removing what is absent is no error, and tells so", async () => {
    const { inGuest, here } = newDirectory();
    writeFileSync(`${here}/file`, "");
    mkdirSync(`${here}/full/of/things`, { recursive: true });
    const { files } = at.guest;
    expect(await files.deleteFile(`${inGuest}/file`, operation())).toBe(true);
    expect(await files.deleteFile(`${inGuest}/file`, operation())).toBe(false);
    const removal = (recursive: boolean) => files.deleteDirectory(`${inGuest}/full`, { recursive }, operation());
    await expect(removal(false)).rejects.toMatchObject({ code: "DIRECTORY_NOT_EMPTY" });
    expect(await removal(true)).toBe(true);
    expect(await removal(true)).toBe(false);
    await expect(files.deleteDirectory("/", { recursive: true }, operation())).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test("a link to a directory is not emptied, however its path is written", async () => {
    const { inGuest, here } = newDirectory();
    mkdirSync(`${here}/target`);
    writeFileSync(`${here}/target/file`, "");
    symlinkSync("target", `${here}/link`);
    const removal = at.guest.files.deleteDirectory(`${inGuest}/link/`, { recursive: true }, operation());
    await expect(removal).rejects.toMatchObject({ code: "NOT_A_DIRECTORY" });
    expect(existsSync(`${here}/target/file`)).toBe(true);
  });
});
