import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { methods, operation, root, settingsFor, withSimulator, withVCenter } from "./workbench";
import { VCenter } from "../../../provider/guest/vcenter-pool";

test("the first guest operation takes three requests of set-up and two to find the VM", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const [vm] = simulator.vms;
    const operations = await vcenter.calls({ inventoryPath: vm!.path }, root, operation());
    await operations.listFilesInGuest("/etc/.", {}, operation());
    expect(methods(simulator)).toEqual([
      "RetrieveServiceContent",
      "Login",
      "FindByInventoryPath",
      "RetrievePropertiesEx",
      "RetrievePropertiesEx",
      "ListFilesInGuest",
    ]);
  });
});

test("a second look at the same VM costs nothing but the operation", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const [vm] = simulator.vms;
    await (await vcenter.guest(vm!.moid, root, operation())).files.list("/etc", operation());
    simulator.clearCalls();
    await (await vcenter.guest(vm!.moid, root, operation())).files.list("/etc", operation());
    expect(methods(simulator)).toEqual(["ListFilesInGuest"]);
  });
});

test("parallel first uses share one login", async () => {
  await withVCenter({ vms: 3 }, async (vcenter, simulator) => {
    await Promise.all(
      simulator.vms.map(async (vm) => (await vcenter.guest(vm.moid, root, operation())).files.list("/", operation())),
    );
    expect(methods(simulator).filter((method) => method === "Login")).toHaveLength(1);
  });
});

test("an expired session is replaced without anyone noticing", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const operations = await vcenter.calls(simulator.vms[0]!.moid, root, operation());
    await operations.listFilesInGuest("/etc/.", {}, operation());
    simulator.expireSessions();
    simulator.clearCalls();
    await Promise.all([1, 2, 3].map(() => operations.listFilesInGuest("/etc/.", {}, operation())));
    expect(methods(simulator).filter((method) => method === "Login")).toHaveLength(1);
    expect(simulator.sessions).toBe(1);
  });
});

test("close logs out, and a later use logs in again", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    await vcenter.findVirtualMachine(simulator.vms[0]!.moid, operation());
    expect(simulator.sessions).toBe(1);
    await vcenter.close();
    expect(simulator.sessions).toBe(0);
    const operations = await vcenter.calls(simulator.vms[0]!.moid, root, operation());
    await operations.listFilesInGuest("/etc/.", {}, operation());
    expect(simulator.sessions).toBe(1);
  });
});

test("closing while others begin leaves one session at most, and none after the last close", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const operations = await vcenter.calls(simulator.vms[0]!.moid, root, operation());
    for (let round = 0; round < 5; round++) {
      await operations.listFilesInGuest("/etc/.", {}, operation());
      await Promise.all([vcenter.close(), operations.listFilesInGuest("/etc/.", {}, operation())]);
      expect(simulator.sessions).toBeLessThanOrEqual(1);
    }
    await vcenter.close();
    expect(simulator.sessions).toBe(0);
  });
});

test("a session without work for the keep-alive interval is given back", async () => {
  const keepAliveMinutes = 0.05 / 60;
  await withVCenter(
    { vms: 1 },
    async (vcenter, simulator) => {
      await vcenter.findVirtualMachine(simulator.vms[0]!.moid, operation());
      while (simulator.sessions > 0) await new Promise(setImmediate);
      expect(methods(simulator)).toContain("Logout");
    },
    { keepAliveMinutes },
  );
});

test("a wrong password is VCENTER_LOGIN_FAILED that names server and user, sent once and forgotten at the end", async () => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    const vcenter = new VCenter(settingsFor(simulator, { password: "wrong" }));
    const find = () => vcenter.findVirtualMachine("vm-1", operation());
    const logins = () => methods(simulator).filter((method) => method === "Login").length;
    const error: unknown = await find().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "VCENTER_LOGIN_FAILED" });
    expect(String(error)).toContain("administrator@vsphere.local");
    expect(String(error)).not.toContain("wrong");
    for (let again = 0; again < 5; again++) {
      await expect(find()).rejects.toMatchObject({ code: "VCENTER_LOGIN_FAILED" });
    }
    expect(logins()).toBe(1);
    await vcenter.close();
    await expect(find()).rejects.toMatchObject({ code: "VCENTER_LOGIN_FAILED" });
    expect(logins()).toBe(2);
    await vcenter.close();
  });
});

test("a login that fails otherwise is tried again by the next call", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    simulator.resetConnection({ method: "Login", times: 2 });
    const find = () => vcenter.findVirtualMachine("vm-1", operation());
    await find().catch(() => undefined);
    await expect(find()).resolves.toBeDefined();
  });
});

test("a kept session serves the next process", async () => {
  const sessionPath = mkdtempSync(join(tmpdir(), "session-"));
  try {
    await withSimulator({ vms: 1 }, async (simulator) => {
      const settings = settingsFor(simulator, { persistSession: true, sessionPath });
      for (const expected of [1, 0]) {
        simulator.clearCalls();
        const vcenter = new VCenter(settings);
        for (let use = 0; use < 2; use++) {
          const operations = await vcenter.calls(simulator.vms[0]!.moid, root, operation());
          await operations.listFilesInGuest("/etc/.", {}, operation());
          await vcenter.close();
        }
        expect(methods(simulator).filter((method) => method === "Login")).toHaveLength(expected);
      }
      const [file] = readdirSync(sessionPath);
      expect(statSync(join(sessionPath, file!)).mode & 0o777).toBe(0o600);
      simulator.expireSessions();
      const vcenter = new VCenter(settings);
      await vcenter.findVirtualMachine(simulator.vms[0]!.moid, operation());
      expect(simulator.sessions).toBe(1);
      await vcenter.close();
    });
  } finally {
    rmSync(sessionPath, { recursive: true });
  }
});

test.each(["before", "after"] as const)("the first contact and the logout may break (%s)", async (when) => {
  await withSimulator({ vms: 1 }, async (simulator) => {
    simulator.resetConnection({ method: "RetrieveServiceContent", when });
    simulator.resetConnection({ method: "Logout", when });
    const vcenter = new VCenter(settingsFor(simulator));
    await vcenter.findVirtualMachine(simulator.vms[0]!.moid, operation());
    expect(simulator.sessions).toBe(1);
    await vcenter.close();
    expect(simulator.sessions).toBe(0);
  });
});

test.each(["CreateContainerView", "RetrievePropertiesEx"])(
  "a session that ends before or after %s of a search by name costs no deploy, and none is left open",
  async (method) => {
    for (const skip of [0, 1, 2]) {
      await withSimulator({ vms: 1 }, async (simulator) => {
        simulator.onRequest({ method, skip, happens: () => simulator.expireSessions() });
        const vcenter = new VCenter(settingsFor(simulator));
        await vcenter.findVirtualMachine(simulator.vms[0]!.moid, operation());
        await vcenter.close();
        expect(simulator.sessions).toBe(0);
      });
    }
  },
);

test("neither does one that ends between two pages of names, nor a page whose answer is lost", async () => {
  const vms = Array.from({ length: 1_001 }, (_, index) => ({ name: `web-${index + 1}`, poweredOn: false }));
  await withSimulator({ vms }, async (simulator) => {
    const method = "ContinueRetrievePropertiesEx";
    for (const happens of [
      () => simulator.onRequest({ method, happens: () => simulator.expireSessions() }),
      () => simulator.resetConnection({ method, when: "after" }),
    ]) {
      happens();
      simulator.clearCalls();
      const vcenter = new VCenter(settingsFor(simulator));
      expect(await vcenter.findVirtualMachine("web-1001", operation())).toMatchObject({ name: "web-1001" });
      expect(simulator.calls.map((call) => call.method)).toContain(method);
      await vcenter.close();
      expect(simulator.sessions).toBe(0);
    }
  });
});
