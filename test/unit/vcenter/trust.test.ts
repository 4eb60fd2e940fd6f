import { createServer } from "node:net";
import { VCenter } from "../../../provider/guest/vcenter-pool";
import { operation, settingsFor, withSimulator } from "./workbench";

const trusting = [
  ["its CA", {}],
  ["its SHA-256 thumbprint", { by: "sha256" }],
  ["its SHA-1 thumbprint", { by: "sha1" }],
  ["nothing verified", { by: "none" }],
] as const;

test.each(trusting)("a server is trusted by %s", async (_, { by }: { readonly by?: string }) => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    const { caFile, ...settings } = settingsFor(simulator);
    const vcenter = new VCenter({
      ...settings,
      ...(by === undefined && caFile !== undefined ? { caFile } : {}),
      ...(by === "sha256" ? { thumbprint: simulator.thumbprint.replaceAll(":", "").toLowerCase() } : {}),
      ...(by === "sha1" ? { thumbprint: simulator.sha1Thumbprint } : {}),
      allowUnverifiedSsl: by === "none",
    });
    await expect(vcenter.findVirtualMachine("vm-1", operation())).resolves.toBeDefined();
    await vcenter.close();
  });
});

test("a server that nothing vouches for is refused with its thumbprint, before the password is sent", async () => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    const { caFile: _, ...settings } = settingsFor(simulator);
    const wrong = { thumbprint: "00".repeat(32) };
    // A pinned thumbprint decides alone, also where nothing would be verified otherwise.
    for (const trust of [{}, wrong, { ...wrong, allowUnverifiedSsl: true }]) {
      const vcenter = new VCenter({ ...settings, ...trust });
      await expect(vcenter.findVirtualMachine("vm-1", operation())).rejects.toMatchObject({
        code: "CERTIFICATE_NOT_TRUSTED",
        message: expect.stringContaining(simulator.thumbprint),
      });
      await vcenter.close();
    }
    expect(simulator.calls).toHaveLength(0);
  });
});

test("a server that is not there is VCENTER_UNREACHABLE at once, with host, port and reason", async () => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const begunMs = Date.now();
    const vcenter = new VCenter(settingsFor(simulator, { server: `127.0.0.1:${port}` }));
    await expect(vcenter.findVirtualMachine("vm-1", operation())).rejects.toMatchObject({
      code: "VCENTER_UNREACHABLE",
      message: expect.stringContaining(`127.0.0.1:${port}: connection refused`),
    });
    expect(Date.now() - begunMs).toBeLessThan(5_000);
    await vcenter.close();
  });
});

test.each(["12345", "zz".repeat(32)])("the thumbprint %j is refused", async (thumbprint) => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    const vcenter = new VCenter(settingsFor(simulator, { thumbprint }));
    await expect(vcenter.findVirtualMachine("vm-1", operation())).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
