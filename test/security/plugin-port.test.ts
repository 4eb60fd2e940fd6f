import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownerOf } from "../../provider/plugin/peer-check";
import { until } from "../until";
import { eve } from "./neighbour";

/**
 * Asks the plugin for its version, as any HTTP/2 client can; prints gRPC's status and whether an answer came. `isBrief`: is gone
 * as soon as the question is sent.
 */
const caller = `
const [port, host, localPort, isBrief] = JSON.parse(process.argv[1]);
const socket = require("node:net").connect({ port, host, localPort });
socket.on("error", ({ code }) => console.log(code));
const session = require("node:http2").connect("http://plugin", { createConnection: () => socket });
session.on("error", () => {}).on("close", () => console.log(answered > 0 ? "answered" : "nothing"));
const request = session.request({
  ":method": "POST", ":path": "/pulumirpc.ResourceProvider/GetPluginInfo",
  "content-type": "application/grpc", te: "trailers",
});
let answered = 0;
request.on("error", () => {}).on("trailers", (trailers) => console.log(trailers["grpc-status"]));
request.on("data", (chunk) => (answered += chunk.length));
request.on("end", () => session.close());
request.end(Buffer.from([0, 0, 0, 0, 0]));
if (isBrief) request.once("finish", () => setImmediate(() => process.exit()));
`;

interface Call {
  readonly host?: string;
  readonly localPort?: number;
  readonly isBrief?: boolean;
}

const [root, neighbour] = [
  { uid: 0, gid: 0 },
  { uid: eve.uid, gid: eve.gid },
];

let plugin: ChildProcess;
let pluginPort = 0;
// node itself may lie where only root gets.
let open = "";

beforeAll(async () => {
  const program = join(__dirname, "../../dist/provider/plugin/main.js");
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  plugin = child;
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  pluginPort = Number(line.toString());
  open = mkdtempSync(join(tmpdir(), "plugin-port-"));
  copyFileSync(process.execPath, join(open, "node"));
  chmodSync(open, 0o755);
});

afterAll(() => {
  plugin.kill();
  rmSync(open, { recursive: true });
});

function call({ uid, gid }: typeof root, { host = "127.0.0.1", localPort, isBrief }: Call = {}): string {
  const question = JSON.stringify([pluginPort, host, localPort, isBrief]);
  return spawnSync(join(open, "node"), ["-e", caller, question], { encoding: "utf8", cwd: "/", uid, gid }).stdout;
}

/** A call from the port of one that is over, as soon as the kernel gives it again. */
async function callAgain(user: typeof root, localPort: number): Promise<string> {
  let answer = "";
  await until(() => !(answer = call(user, { localPort })).includes("EADDR"));
  return answer;
}

test.each([
  ["an IPv4 socket", "127.0.0.1"],
  ["an IPv6 socket that speaks with IPv4", "::ffff:127.0.0.1"],
])("another user of the machine can't speak with the plugin from %s", (_, host) => {
  expect(call(root, { host })).toMatch(/^0\nanswered/);
  expect(call(neighbour, { host })).toMatch(/^(ECONNRESET\n)?nothing/);
  expect(call(root, { host })).toMatch(/^0\nanswered/);
});

test("a port from which the engine has spoken serves no other user after it, and one of another user's serves the engine", async () => {
  const [first, second] = [20_117, 20_118];
  expect(call(root, { localPort: first })).toMatch(/^0\nanswered/);
  expect(await callAgain(neighbour, first)).toMatch(/^(ECONNRESET\n)?nothing/);
  expect(call(neighbour, { localPort: second })).toMatch(/^(ECONNRESET\n)?nothing/);
  expect(await callAgain(root, second)).toMatch(/^0\nanswered/);
});

test("another user who has left before he is looked at gets nothing by that", async () => {
  const localPort = 20_119;
  plugin.kill("SIGSTOP");
  try {
    // His question waits, and the kernel says of what he closed that it is root's.
    call(neighbour, { localPort, isBrief: true });
  } finally {
    plugin.kill("SIGCONT");
  }
  expect(await callAgain(neighbour, localPort)).toMatch(/^(ECONNRESET\n)?nothing/);
});

test("a connection belongs to whom the tables name, by both its ends, while it is open", () => {
  const listener = "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 11 1 0 100 0 0 10 0";
  const table = [
    "sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode",
    listener,
    "1: 0100007F:C350 0100007F:1F91 01 00000000:00000000 00:00000000 00000000 0 0 12 1 0 20 4 30 10 -1",
    "2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 1666 0 13 1 0 20 4 30 10 -1",
    "3: 0100007F:C351 0100007F:1F90 06 00000000:00000000 00:00000000 00000000 0 0 0 3 0",
    "4: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:1F90 01 0:0 00:0 0 1667 0 14 1",
  ].join("\n");
  const owners = [50_000, 50_001, 50_002, 50_003].map((peerPort) => ownerOf(table, { peerPort, ownPort: 8_080 }));
  expect(owners).toEqual([1666, "unknown", 1667, "unknown"]);
  expect(ownerOf("", { peerPort: 50_000, ownPort: 8_080 })).toBeUndefined();
  expect(ownerOf(listener, { peerPort: 50_000, ownPort: 8_081 })).toBeUndefined();
});
