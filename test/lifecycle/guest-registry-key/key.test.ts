import { VCenter } from "../../../provider/guest/vcenter-pool";
import type { GuestRegValueData } from "../../../provider/vim/guest-operations/guest-registry";
import { inOneGuest, type OneGuest } from "../one-guest";
import { operation, root, settingsFor } from "../../unit/vcenter/workbench";

const all = {
  Text: "one",
  "": "the default",
  Path: { expandString: "%ProgramData%\\Acme" },
  List: { multiString: ["a", "b"] },
  Number: { dword: 4_294_967_295 },
  Big: { qword: "18446744073709551615" },
  Bytes: { binary: "AAH/" },
};

/** The guest's own registry. */
async function inRegistry<T>(
  guest: OneGuest,
  use: (registry: Awaited<ReturnType<VCenter["calls"]>>["registry"]) => Promise<T>,
): Promise<T> {
  const vcenter = new VCenter(settingsFor(guest.simulator));
  try {
    return await use((await vcenter.calls(guest.vm, root, operation())).registry);
  } finally {
    await vcenter.close();
  }
}

const spec = (path: string, wowBitness: "WOWNative" | "WOW32" | "WOW64" = "WOWNative") => ({
  registryPath: path.replace("HKLM", "HKEY_LOCAL_MACHINE"),
  wowBitness,
});

function valuesOf(guest: OneGuest, path: string, view?: "WOW32"): Promise<Record<string, unknown> | string> {
  return inRegistry(guest, async (registry) => {
    const found = await registry.listRegistryValuesInGuest(spec(path, view), { expandStrings: false }, operation());
    return Object.fromEntries(found.map(({ name, data }) => [name, data.value]));
  }).catch((error: { code?: string }) => error.code ?? "?");
}

const set = (guest: OneGuest, path: string, name: string, data: GuestRegValueData) =>
  inRegistry(guest, async (registry) => {
    await registry.createRegistryKeyInGuest(spec(path), { isVolatile: false }, operation()).catch(() => {});
    await registry.setRegistryValueInGuest({ key: spec(path), name, data }, operation());
  });

inOneGuest(
  (guest) => {
    const declared = (path: string, inputs: object = {}) => ({ vm: guest.vm, path, ...inputs });

    test("values of every type are set, found as declared, and taken away with the keys that were made", async () => {
      const key = guest.key();
      const wanted = declared("HKLM\\SOFTWARE\\Made\\By\\Us", { values: all });
      expect(await key.up(wanted)).toBe("create");
      expect(await valuesOf(guest, "HKLM\\SOFTWARE\\Made\\By\\Us")).toMatchObject({
        Text: "one",
        Number: 4_294_967_295,
        Big: 18_446_744_073_709_551_615n,
        Bytes: Buffer.from([0, 1, 255]),
      });
      expect(await key.up(wanted)).toBe("same");
      await key.destroy();
      expect(await valuesOf(guest, "HKLM\\SOFTWARE\\Made")).toBe("PATH_NOT_FOUND");
    });

    test("drift is told by value and put right, by type, too", async () => {
      const key = guest.key();
      const path = "HKLM\\SOFTWARE\\Drifting";
      await key.up(declared(path, { values: { Text: "one", Number: { dword: 1 } } }));
      await set(guest, path, "text", { type: "expandString", value: "one" });
      await set(guest, path, "Number", { type: "dword", value: 2 });
      const wanted = declared(path, { values: { Text: "one", Number: { dword: 1 } } });
      expect(await key.preview(wanted)).toBe("update");
      expect(key.said).toContain('value "Text" is {"expandString":"one"} in the guest, wanted "one"');
      expect(key.said).toContain('value "Number" is {"dword":2} in the guest, wanted {"dword":1}');
      expect(await key.up(wanted)).toBe("update");
      expect(await valuesOf(guest, path)).toMatchObject({ Number: 1 });
    });

    test("what was there before stays: values that were adopted, a key that is not ours", async () => {
      const path = "HKLM\\SOFTWARE\\Theirs";
      await set(guest, path, "Kept", { type: "string", value: "theirs" });
      await set(guest, path, "Other", { type: "string", value: "theirs" });
      const key = guest.key();
      const wanted = declared(path, { values: { Kept: "changed", Ours: "x" } });
      expect(await key.preview(wanted)).toBe("create");
      expect(key.said).toMatch(/is there already; it is adopted and changed; value "Kept" is "theirs" in the guest/);
      await key.up(wanted);
      expect(key.state).toMatchObject({ created: false, adopted: ["Kept"] });
      await key.destroy();
      expect(await valuesOf(guest, path)).toEqual({ Kept: "changed", Other: "theirs" });
    });

    test("a value that is no longer declared goes where it was ours, with purge all others, too", async () => {
      const path = "HKLM\\SOFTWARE\\Purged";
      await set(guest, path, "Theirs", { type: "string", value: "x" });
      const key = guest.key();
      await key.up(declared(path, { values: { One: "1", Two: "2" } }));
      await key.up(declared(path, { values: { One: "1" } }));
      expect(await valuesOf(guest, path)).toEqual({ Theirs: "x", One: "1" });
      const purging = declared(path, { values: { One: "1" }, purge: true });
      expect(await key.preview(purging)).toBe("update");
      expect(key.said).toContain('value "Theirs" is not declared; it will be removed');
      await key.up(purging);
      expect(await valuesOf(guest, path)).toEqual({ One: "1" });
      await key.destroy();
    });

    test("a key that holds what others made is not removed unasked", async () => {
      const path = "HKLM\\SOFTWARE\\Held";
      const key = guest.key();
      await key.up(declared(path, { values: { One: "1" } }));
      await set(guest, `${path}\\Below`, "x", { type: "string", value: "x" });
      await expect(key.destroy()).rejects.toThrow(
        /holds what this resource did not make: key Below\. Nothing was removed/,
      );
      expect(await valuesOf(guest, path)).toEqual({ One: "1" });
      await key.up(declared(path, { values: { One: "1" }, recursiveDelete: true }));
      await key.destroy();
      expect(await valuesOf(guest, path)).toBe("PATH_NOT_FOUND");
    });

    test("32 bit programs have their own view, and one key under two names is one key", async () => {
      const key = guest.key();
      const wanted = declared("HKLM\\SOFTWARE\\Viewed", { view: "32", values: { One: "1" } });
      await key.up(wanted);
      expect(await valuesOf(guest, "HKLM\\SOFTWARE\\WOW6432Node\\Viewed")).toEqual({ One: "1" });
      expect(await valuesOf(guest, "HKLM\\SOFTWARE\\Viewed")).toBe("PATH_NOT_FOUND");
      const other = guest.key();
      const outcome = await guest.together(async () => {
        await key.upWithin(wanted);
        return other.upWithin(declared("hklm:\\Software\\Wow6432Node\\viewed")).then(
          () => "made",
          (error: Error) => error.message,
        );
      });
      expect(outcome).toMatch(/both declare it/);
      expect(await key.preview({ ...wanted, path: "HKEY_LOCAL_MACHINE\\software\\viewed\\" })).toBe("same");
      await key.destroy();
    });

    test("after a reboot all is there, and an import of it shows nothing", async () => {
      const key = guest.key();
      const wanted = declared("HKLM\\SOFTWARE\\Lasting", { values: { One: { dword: 1 } } });
      await key.up(wanted);
      await guest.simulator.vm(guest.vm).powerOff();
      guest.simulator.vm(guest.vm).powerOn();
      expect(await key.preview(wanted)).toBe("same");
      const imported = guest.key();
      await guest.together(() => imported.importWithin(key.recorded?.id ?? ""));
      expect(await imported.preview(wanted)).toBe("same");
      expect(await imported.preview({ ...wanted, values: { One: { dword: 2 } } })).toBe("update");
      await imported.destroy();
      expect(await valuesOf(guest, "HKLM\\SOFTWARE\\Lasting")).toEqual({ One: 1 });
    });

    test("a secret value is told of nowhere", async () => {
      const key = guest.key();
      const path = "HKLM\\SOFTWARE\\Secret";
      const wanted = declared(path, { values: { Password: "hush-hush" } });
      await key.up(wanted, ["values"]);
      await set(guest, path, "Password", { type: "string", value: "wr0ng-hush" });
      expect(await key.preview(wanted, ["values"])).toBe("update");
      expect(key.said).toContain('value "Password" differs in the guest');
      expect(key.said).not.toContain("hush");
    });

    test("what can't be is said at check", async () => {
      for (const [inputs, says] of [
        [{ path: "HKEY_LOCAL_MACHINE" }, /must be a key below/],
        [{ path: "C:\\app" }, /must be a key below/],
        [{ path: "HKLM\\SOFTWARE\\X", values: { A: { dword: -1 } } }, /values/],
        [{ path: "HKLM\\SOFTWARE\\X", values: { A: {} } }, /values/],
        [{ path: "HKLM\\SOFTWARE\\X", values: { A: { dword: 1, string: "x" } } }, /values/],
        [{ path: "HKLM\\SOFTWARE\\X", values: { A: { qword: "18446744073709551616" } } }, /values/],
      ] as const)
        await expect(guest.key().up({ vm: guest.vm, ...inputs })).rejects.toThrow(says);
    });
  },
  { vms: [{ name: "vm-1", os: "windows" }] },
);

inOneGuest((guest) => {
  guest.rule("a Linux guest has none, and says so", async () => {
    const key = guest.key();
    await expect(key.up({ vm: guest.vm, path: "HKLM\\SOFTWARE\\X" })).rejects.toThrow(
      /only Windows guests have a registry/,
    );
  });
});
