import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Pool } from "undici";
import { z } from "zod";
import { startSimulator } from "../../simulator";
import { runCommand } from "../command";

/** `npm run bench:simulator`: how fast 200 machines start, what they take, and how many guest operations a second are served. */

const machines = 200;
const operations = 10_000;
const clients = 16;

async function main(): Promise<void> {
  console.log(`${availableParallelism()} cores, Node ${process.version}`);
  for (const sandbox of ["off", "auto"] as const) await measureStart(sandbox);
  await measureOperations();
}

async function measureStart(sandbox: "off" | "auto"): Promise<void> {
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  const simulator = await startSimulator({ vms: machines, sandbox });
  const seconds = (performance.now() - startedAt) / 1000;
  const { rss } = process.memoryUsage();
  await simulator.stop();
  console.log(
    `start of ${machines} VMs, sandbox ${sandbox}: ${seconds.toFixed(2)} s, ` +
      `${megabytes(rss)} MB in all, ${megabytes(rss - before)} MB more than before`,
  );
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** The clients run in a thread of their own, so that the simulator has a core to itself where there are two. */
const workload = z.object({ url: z.string(), ca: z.string(), moids: z.array(z.string()) });

async function measureOperations(): Promise<void> {
  const simulator = await startSimulator({ vms: 8, sandbox: "off" });
  const { url, certificatePem: ca } = simulator;
  const worker = new Worker(__filename, { workerData: { url, ca, moids: simulator.vms.map((vm) => vm.moid) } });
  const seconds = await new Promise<unknown>((resolve, reject) => worker.on("message", resolve).on("error", reject));
  console.log(
    `${operations} ListFilesInGuest of one file, ${clients} clients: ` +
      `${(operations / z.number().parse(seconds)).toFixed(0)} operations/s`,
  );
  await simulator.stop();
}

async function runClients(): Promise<void> {
  const { url, ca, moids } = workload.parse(workerData);
  const pool = new Pool(url, { connections: clients, connect: { ca } });
  const cookie = await login(pool);
  await run(pool, cookie, moids, 1_000);
  const startedAt = performance.now();
  await run(pool, cookie, moids, operations);
  parentPort?.postMessage((performance.now() - startedAt) / 1000);
  await pool.destroy();
}

const envelope = (inner: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" ' +
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body>${inner}</e:Body></e:Envelope>`;

async function login(pool: Pool): Promise<string> {
  const body = envelope(
    '<Login xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this>' +
      "<userName>administrator@vsphere.local</userName><password>simulated</password></Login>",
  );
  const response = await pool.request({ path: "/sdk", method: "POST", body });
  await response.body.dump();
  return String(response.headers["set-cookie"]).split(";")[0] ?? "";
}

async function run(pool: Pool, cookie: string, moids: readonly string[], count: number): Promise<void> {
  const bodies = moids.map(listFiles);
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const body = bodies[next++ % bodies.length] ?? "";
      const response = await pool.request({ path: "/sdk", method: "POST", headers: { cookie }, body });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

function listFiles(moid: string): string {
  return envelope(
    '<ListFilesInGuest xmlns="urn:vim25"><_this type="GuestFileManager">guestOperationsFileManager</_this>' +
      `<vm type="VirtualMachine">${moid}</vm><auth xsi:type="NamePasswordAuthentication">` +
      "<interactiveSession>false</interactiveSession><username>root</username><password>simulated</password></auth>" +
      "<filePath>/etc/passwd</filePath></ListFilesInGuest>",
  );
}

runCommand(isMainThread ? main : runClients);
