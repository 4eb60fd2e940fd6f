import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ContentSource } from "../../../../provider/guest/guest";
import type { Transfers } from "../../../../provider/guest/transfer/transfers";
import type { VCenterSettings } from "../../../../provider/guest/vcenter-pool";
import type { Simulator, SimulatorOptions } from "../../../../simulator";
import { methods, operation, root, withVCenter } from "../../vcenter/workbench";

const content = (bytes: Buffer): ContentSource => ({ sizeBytes: bytes.length, open: () => Readable.from([bytes]) });
const bytes = randomBytes(300_000);

async function withTransfers(
  options: SimulatorOptions,
  use: (guest: Transfers, simulator: Simulator) => Promise<void>,
  changes: Partial<VCenterSettings> = {},
) {
  await withVCenter(
    { vms: 1, hosts: 2, ...options },
    async (vcenter, simulator) => {
      await use(await vcenter.transfers(simulator.vms[0]!.moid, root, operation()), simulator);
    },
    changes,
  );
}

function onDisk(simulator: Simulator, path: string): string {
  return join(simulator.vms[0]!.root, path);
}

// Each host's own certificate is pinned, whoever signed it.
describe.each(["vmca", "selfSigned"] as const)("hosts' certificates: %s", (hostCertificates) => {
  test("bytes arrive, with the attributes asked for, and come back", async () => {
    await withTransfers({ hostCertificates }, async (guest, simulator) => {
      await guest.upload("/srv/file", { mode: 0o600 }, content(bytes), false, operation());
      expect(readFileSync(onDisk(simulator, "/srv/file")).equals(bytes)).toBe(true);
      const download = await guest.download("/srv/file", operation());
      expect(download.sizeBytes).toBe(bytes.length);
      expect(statSync(onDisk(simulator, "/srv/file")).mode).toBe(0o100600);
      expect((await buffer(download.body)).equals(bytes)).toBe(true);
    });
  });

  test("a host's certificate is asked for once", async () => {
    await withTransfers({ hostCertificates }, async (guest, simulator) => {
      const upload = () => guest.upload("/srv/file", {}, content(bytes), true, operation());
      await upload();
      simulator.clearCalls();
      await upload();
      expect(methods(simulator)).toEqual(["InitiateFileTransferToGuest", "PUT"]);
    });
  });

  test("a VM that moved to another host, with another certificate, is followed", async () => {
    await withTransfers({ hostCertificates }, async (guest, simulator) => {
      const vm = simulator.vms[0]!;
      await guest.upload("/srv/file", {}, content(bytes), true, operation());
      vm.migrate(simulator.hosts.findIndex((host) => host.name !== vm.host));
      await guest.upload("/srv/file", {}, content(bytes), true, operation());
    });
  });

  test("a host with another certificate than vCenter knows of it is not trusted, and gets no byte", async () => {
    const transferHosts: Record<string, string> = {};
    await withTransfers(
      { hostCertificates },
      async (guest, simulator) => {
        const [mine, other] = [...simulator.hosts].sort((host) => (host.name === simulator.vms[0]!.host ? -1 : 1));
        transferHosts[mine!.authority] = other!.authority;
        simulator.clearCalls();
        await expect(guest.upload("/srv/file", {}, content(bytes), true, operation())).rejects.toMatchObject({
          code: "CERTIFICATE_NOT_TRUSTED",
          message: expect.stringContaining(other!.sha256Thumbprint),
        });
        expect(methods(simulator)).not.toContain("PUT");
      },
      { transferHosts },
    );
  });
});

test("* stands for the server called, port included", async () => {
  await withTransfers({ transferHost: "*" }, async (guest) => {
    await guest.upload("/srv/file", {}, content(bytes), false, operation());
    expect(await buffer((await guest.download("/srv/file", operation())).body)).toHaveLength(bytes.length);
  });
});

test.each(["PUT", "GET"] as const)("%s: a URL that died is replaced by a new one", async (method) => {
  await withTransfers({}, async (guest, simulator) => {
    writeFileSync(onDisk(simulator, "/srv/file"), bytes);
    for (const disturb of [
      () => simulator.httpError({ method, status: 404 }),
      () => simulator.resetConnection({ method }),
    ]) {
      disturb();
      if (method === "PUT") await guest.upload("/srv/file", {}, content(bytes), true, operation());
      else expect(await buffer((await guest.download("/srv/file", operation())).body)).toHaveLength(bytes.length);
    }
  });
});

test("an upload that is cut is begun again, also into a file that must not exist", async () => {
  await withTransfers({}, async (guest, simulator) => {
    simulator.disturbTransfer({ method: "PUT", cutAfterBytes: 100_000 });
    await guest.upload("/srv/new", {}, content(bytes), false, operation());
    const digest = (data: Buffer) => createHash("sha256").update(data).digest("hex");
    expect(digest(readFileSync(onDisk(simulator, "/srv/new")))).toBe(digest(bytes));
  });
});

test("a download that is cut fails its reader, never ends early", async () => {
  await withTransfers({}, async (guest, simulator) => {
    writeFileSync(onDisk(simulator, "/srv/file"), bytes);
    simulator.disturbTransfer({ method: "GET", cutAfterBytes: 100_000 });
    const download = await guest.download("/srv/file", operation());
    await expect(buffer(download.body)).rejects.toMatchObject({ code: "TRANSFER_FAILED" });
  });
});

test("a host that stays broken is TRANSFER_FAILED, without the token", async () => {
  await withTransfers({}, async (guest, simulator) => {
    simulator.httpError({ method: "PUT", status: 500, times: 3 });
    const error: unknown = await guest.upload("/srv/f", {}, content(bytes), true, operation()).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "TRANSFER_FAILED" });
    expect(String(error)).toContain("/srv/f");
    expect(JSON.stringify(error) + String(error)).not.toContain("token");
  });
});

test("a host that can't be reached is HOST_UNREACHABLE with host, port and reason", async () => {
  const closed = await closedPort();
  await withTransfers(
    {},
    async (guest) => {
      const upload = guest.upload("/srv/file", {}, content(bytes), true, operation());
      await expect(upload).rejects.toMatchObject({
        code: "HOST_UNREACHABLE",
        message: expect.stringMatching(`127.0.0.1:${closed}: connection refused.*transferHosts`),
      });
    },
    { transferHosts: { "127.0.0.1": `127.0.0.1:${closed}`, localhost: `127.0.0.1:${closed}` }, transfer: "direct" },
  );
});

test("a source that breaks is the error", async () => {
  await withTransfers({}, async (guest) => {
    const broken: ContentSource = {
      sizeBytes: 10,
      open: () =>
        new Readable({
          read() {
            this.destroy(new Error("the disk is gone"));
          },
        }),
    };
    await expect(guest.upload("/srv/file", {}, broken, true, operation())).rejects.toThrow("the disk is gone");
  });
});

test("cancelling a download destroys its body", async () => {
  await withTransfers({}, async (guest, simulator) => {
    writeFileSync(onDisk(simulator, "/srv/file"), bytes);
    simulator.disturbTransfer({ method: "GET", bytesPerSecond: 10_000 });
    const controller = new AbortController();
    const download = await guest.download("/srv/file", operation(30_000, controller.signal));
    controller.abort();
    await expect(buffer(download.body)).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
