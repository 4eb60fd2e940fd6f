import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { VCenter } from "../../../../provider/guest/vcenter-pool";
import { startSimulator, type Simulator } from "../../../../simulator";
import { methods, operation, root, settingsFor } from "../../vcenter/workbench";

const bytes = randomBytes(100_000);

const disturbances: Readonly<Record<string, (simulator: Simulator, method: string) => void>> = {
  "a reset before": (simulator, method) => simulator.resetConnection({ method, when: "before" }),
  "a reset after it took effect": (simulator, method) => simulator.resetConnection({ method, when: "after" }),
  "HTTP 503": (simulator, method) => simulator.httpError({ method, status: 503 }),
  NotAuthenticated: (simulator, method) => simulator.injectFault({ method, fault: "NotAuthenticated" }),
  TaskInProgress: (simulator, method) => simulator.injectFault({ method, fault: "TaskInProgress" }),
};

/** Every request of finding a VM, looking, uploading and deleting there, after the first contact. */
const requests = [
  "Login",
  "FindByInventoryPath",
  "RetrievePropertiesEx",
  "ListFilesInGuest",
  "InitiateFileTransferToGuest",
  "PUT",
  "DeleteFileInGuest",
];

const notFor: Readonly<Record<string, readonly string[]>> = {
  NotAuthenticated: ["Login", "PUT"],
  TaskInProgress: ["Login", "FindByInventoryPath", "RetrievePropertiesEx", "PUT"],
};

const cases = Object.keys(disturbances).flatMap((disturbance) =>
  requests.filter((method) => notFor[disturbance]?.includes(method) !== true).map((method) => [disturbance, method]),
);

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ vms: 1, sandbox: "off" });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.clearDisturbances();
  simulator.expireSessions();
  simulator.clearCalls();
});

test.each(cases)("%s at %s goes unnoticed", async (disturbance = "", method = "") => {
  const vm = simulator.vms[0]!;
  const vcenter = new VCenter(settingsFor(simulator));
  disturbances[disturbance]?.(simulator, method);
  const guest = await vcenter.calls({ inventoryPath: vm.path }, root, operation());
  await guest.listFilesInGuest("/srv/.", {}, operation());
  const content = { sizeBytes: bytes.length, open: () => Readable.from([bytes]) };
  const transfers = await vcenter.transfers({ inventoryPath: vm.path }, root, operation());
  await transfers.upload("/srv/file", {}, content, false, operation());
  expect(readFileSync(join(vm.root, "srv/file")).equals(bytes)).toBe(true);
  await guest.deleteFileInGuest("/srv/file", operation());
  await vcenter.close();
  // A login whose answer was lost leaves a session that ends by itself; so does one that only seems to have ended.
  const orphans = disturbance === "NotAuthenticated" || `${disturbance} ${method}`.endsWith("effect Login") ? 1 : 0;
  expect(simulator.sessions).toBe(orphans);
  expect(methods(simulator)).toContain(method);
});
