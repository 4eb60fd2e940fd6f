import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  linkSync,
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
import { SessionFile } from "../../provider/vcenter/session-file";
import { eve } from "./neighbour";

const cookie = 'vmware_soap_session="2f3a-own"';
const planted = 'vmware_soap_session="66ee-hers"';

/** A kept session lies on a machine that has other users. */
let directory = "";
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "session-file-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const sessionFile = (sessionPath: string = directory) =>
  new SessionFile({
    server: "vcenter.test",
    user: "deploy",
    password: "",
    allowUnverifiedSsl: false,
    keepAliveMinutes: 10,
    apiTimeoutMinutes: 1,
    sessionPath,
  });
/** Where it lies. */
function pathOf(): string {
  sessionFile().write(cookie);
  const [name = ""] = readdirSync(directory);
  return join(directory, name);
}

test("is read again as it was written", () => {
  pathOf();
  expect(sessionFile().read()).toBe(cookie);
  sessionFile().remove();
  expect(sessionFile().read()).toBeUndefined();
});

/** What govmomi v0.46 wrote for https://deploy@vcenter.test/sdk, certificates checked, as its session/cache names it. */
function govcFile(value = "2f3a-govc"): string {
  const name = createHash("sha1").update("https://deploy@vcenter.test/sdk#insecure=false").digest("hex");
  const cookies = [{ Name: "vmware_soap_session", Value: value, Path: "", Quoted: true }];
  const client = { SoapClient: { cookies, insecure: false, version: "8.0.3.0" }, ServiceContent: {} };
  writeFileSync(join(directory, name), JSON.stringify(client), { mode: 0o600 });
  return join(directory, name);
}

test("govc's session for the same server and user is used where there is none of ours", () => {
  const path = govcFile();
  expect(sessionFile().read()).toBe('vmware_soap_session="2f3a-govc"');
  expect(readFileSync(path, "utf8")).toContain("2f3a-govc");
  sessionFile().write(cookie);
  expect(sessionFile().read()).toBe(cookie);
});

test("govc's session is not used where others can have put it there, or where it is none", () => {
  const path = govcFile();
  chmodSync(path, 0o644);
  expect(sessionFile().read()).toBeUndefined();
  for (const text of ["{", "[]", '{"SoapClient":{"Cookies":null}}']) {
    rmSync(path);
    writeFileSync(path, text, { mode: 0o600 });
    expect(sessionFile().read()).toBeUndefined();
  }
  rmSync(path);
  govcFile("a; b\r\nX: y");
  expect(sessionFile().read()).toBeUndefined();
});

test.each<[string, RegExp, (path: string) => void]>([
  [
    "a link",
    /is a link/,
    (path) => {
      rmSync(path);
      writeFileSync(`${directory}/text`, "root's secret");
      symlinkSync(`${directory}/text`, path);
    },
  ],
  [
    "a directory",
    /is no regular file/,
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
  [
    "another user's file",
    /belongs to another user/,
    (path) => {
      writeFileSync(path, planted);
      chownSync(path, eve.uid, eve.gid);
    },
  ],
  ["a file that others may read", /is open to other users/, (path) => chmodSync(path, 0o604)],
  ["a file of two names", /is open to other users/, (path) => linkSync(path, `${path}.too`)],
  ["a file that holds no session", /holds no session/, (path) => writeFileSync(path, "x: y\r\nInjected: header")],
  ["a session with a line end", /holds no session/, (path) => writeFileSync(path, `${planted}\r\nInjected: header`)],
  ["a large file", /more than 2048 bytes/, (path) => writeFileSync(path, "x".repeat(3_000))],
])("%s in its place is refused with the reason, and its text is told nobody", (_, reason, plant) => {
  plant(pathOf());
  expect(() => sessionFile().read()).toThrow(reason);
  expect(() => sessionFile().read()).toThrow(/Remove it, or set vimSessionPath/);
  expect(() => sessionFile().read()).not.toThrow(/secret|hers|Injected/);
});

test.each<[string, RegExp, () => void]>([
  ["that others can write", /directory that other users can write/, () => chmodSync(directory, 0o777)],
  ["of another user", /directory of another user/, () => chownSync(directory, eve.uid, eve.gid)],
])("a directory %s is used for no session", (_, reason, open) => {
  const path = pathOf();
  open();
  expect(() => sessionFile().read()).toThrow(reason);
  expect(() => sessionFile().write(planted)).toThrow(reason);
  expect(readFileSync(path, "utf8")).toBe(cookie);
});
