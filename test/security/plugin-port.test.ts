import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownerOf } from "../../provider/plugin/peer-check";
import { eve } from "./neighbour";

/** Asks the plugin for its schema, as any HTTP/2 client can, and prints gRPC's status. */
const caller = `
const session = require("node:http2").connect("http://127.0.0.1:" + process.argv[1]);
const request = session.request({
  ":method": "POST", ":path": "/pulumirpc.ResourceProvider/GetPluginInfo",
  "content-type": "application/grpc", te: "trailers",
});
let answered = 0;
request.on("response", (headers) => headers["grpc-status"] && console.log(headers["grpc-status"], decodeURIComponent(headers["grpc-message"] ?? "")));
request.on("trailers", (trailers) => console.log(trailers["grpc-status"], decodeURIComponent(trailers["grpc-message"] ?? "")));
request.on("data", (chunk) => (answered += chunk.length));
request.on("end", () => { console.log(answered > 0 ? "answered" : "nothing"); session.close(); });
request.end(Buffer.from([0, 0, 0, 0, 0]));
`;

test("another user of the machine can't speak with the plugin during a deploy", async () => {
  const program = join(__dirname, "../../dist/provider/plugin/main.js");
  const plugin = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const open = mkdtempSync(join(tmpdir(), "plugin-port-"));
  try {
    const [line] = (await once(plugin.stdout, "data")) as [Buffer];
    const port = line.toString().trim();
    // node itself may lie where only root gets.
    const node = join(open, "node");
    copyFileSync(process.execPath, node);
    chmodSync(open, 0o755);
    const call = (as: object) => spawnSync(node, ["-e", caller, port], { encoding: "utf8", cwd: "/", ...as }).stdout;
    expect(call({})).toMatch(/^0 .*answered/s);
    expect(call({ uid: eve.uid, gid: eve.gid })).toMatch(/^7 .*another user of this machine.*nothing/s);
    expect(call({})).toMatch(/^0 .*answered/s);
  } finally {
    plugin.kill();
    rmSync(open, { recursive: true });
  }
});

test("a caller that is not in the table of sockets belongs to nobody", () => {
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0",
    "   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1666        0 12 1 0 20 4 30 10 -1",
  ].join("\n");
  expect([ownerOf(table, 50_000), ownerOf(table, 8_080), ownerOf(table, 50_001), ownerOf("", 1)]).toEqual([
    1666,
    0,
    undefined,
    undefined,
  ]);
});
