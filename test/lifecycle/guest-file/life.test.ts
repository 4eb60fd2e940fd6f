import { existsSync, readFileSync, statSync, writeFileSync, chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unknownSentinel } from "../../../provider/properties/wire-value";
import { inOneGuest } from "../one-guest";

const guestUsers = [{ name: "app", password: "app-password", uid: 1001, gid: 1001, home: "/home/app" }];

inOneGuest(
  (guest) => {
    const declared = (name: string, more: object = {}) => ({
      vm: guest.vm,
      path: `/srv/${name}`,
      content: "one\n",
      ...more,
    });
    const at = (name: string) => guest.at(`/srv/${name}`);
    const textOf = (name: string) => readFileSync(at(name), "utf8");
    const modeOf = (name: string) => (statSync(at(name)).mode & 0o7777).toString(8);

    guest.rule("another machine or path replaces the file; all else is changed in place, at once", async () => {
      const file = guest.file();
      await file.up(declared("kept"));
      const changed = {
        ...{ content: "two\n", mode: "0600", owner: "app", group: "app", symlinks: "follow", onExists: "error" },
        ...{ createParents: true, parentMode: "0700", backup: { suffix: ".orig" }, onDelete: "restore" },
        ...{ validateCommand: "test -s {path}", driftDetection: "content", modificationTime: "2026-01-02T03:04:05Z" },
      };
      expect(await file.up(declared("kept", changed))).toBe("update");
      expect([textOf("kept"), modeOf("kept"), statSync(at("kept")).uid]).toEqual(["two\n", "600", 1001]);
      expect(await file.up(declared("kept", { vm: "vm-2" }))).toBe("replace");
      expect(existsSync(at("kept"))).toBe(false);
      expect(readFileSync(join(guest.simulator.vm("vm-2").root, "srv/kept"), "utf8")).toBe("one\n");
    });

    guest.rule("how it is worked on is no difference", async () => {
      const file = guest.file();
      await file.up(declared("worked"));
      const otherwise = { timeoutSeconds: 60, transfer: "inBand", guest: { username: "root", password: "simulated" } };
      expect(await file.up(declared("worked", otherwise))).toBe("same");
    });

    guest.rule("what is not known yet in a preview is a change, and the rest is looked at all the same", async () => {
      const file = guest.file();
      await file.up(declared("unknown", { mode: "0644" }));
      chmodSync(at("unknown"), 0o600);
      const preview = { content: unknownSentinel, mode: "0644" };
      expect(await file.preview(declared("unknown", preview))).toBe("update");
      expect(file.said).toContain("mode is 0600 in the guest, wanted 0644");
      expect([textOf("unknown"), modeOf("unknown")]).toEqual(["one\n", "600"]);
      expect(await file.preview(declared("unknown", { vm: unknownSentinel }))).toBe("replace");
    });

    guest.rule("is imported by its id: what is there is taken over, not written anew", async () => {
      writeFileSync(at("imported"), "one\n", { mode: 0o640 });
      const { ino } = statSync(at("imported"));
      const id = `${guest.simulator.vm(guest.vm).instanceUuid}:/srv/imported`;
      const file = guest.file();
      file.recorded = await guest.together(() => guest.host.read("GuestFile", { id, inputs: {}, state: {} }));
      expect(file.recorded).toMatchObject({ id, inputs: { vm: guest.vm, path: "/srv/imported" } });
      expect(await file.up(declared("imported", { mode: "0640", parentMode: "0750" }))).toBe("update");
      expect(statSync(at("imported")).ino).toBe(ino);
      expect(file.state).toMatchObject({ content: "one\n", mode: "0640", sizeBytes: 4 });
    });

    guest.rule(
      "a state of an older version is read: what it lacks is found out, what it has more is dropped",
      async () => {
        const file = guest.file();
        await file.up(declared("old"));
        const { recorded } = file;
        if (recorded === undefined) throw new Error("nothing was recorded");
        const { sha256: _sha256, modifiedAt: _modifiedAt, ...state } = recorded.state;
        file.recorded = { ...recorded, state: { ...state, sizeBytes: "4 bytes", atomicWrite: true } };
        const { ino } = statSync(at("old"));
        expect(await file.up(declared("old"))).toBe("update");
        expect(file.state).toMatchObject({ sizeBytes: 4 });
        expect(file.state).not.toHaveProperty("atomicWrite");
        expect(statSync(at("old")).ino).toBe(ino);
      },
    );

    guest.rule("is written and read as the resource's own login, which may do less than the provider's", async () => {
      const app = { guest: { username: "app", password: "app-password" } };
      const file = guest.file();
      await file.up({ ...declared("x", app), path: "/home/app/own" });
      expect(statSync(guest.at("/home/app/own")).uid).toBe(1001);
      await expect(guest.file().up(declared("denied", app))).rejects.toThrow(/\/srv.*app/);
      expect(existsSync(at("denied"))).toBe(false);
      await file.destroy();
      expect(existsSync(guest.at("/home/app/own"))).toBe(false);
    });

    guest.rule("a secret path is refused, since ids and messages tell it", async () => {
      await expect(guest.file().up(declared("hush-hush"), ["path"])).rejects.toThrow(
        /path: is part of the resource's id.*pulumi\.unsecret/,
      );
      expect(existsSync(at("hush-hush"))).toBe(false);
    });

    guest.rule("refresh tells what is there, and the next deploy puts it right", async () => {
      const file = guest.file();
      await file.up(declared("refreshed", { mode: "0644", owner: "root" }));
      writeFileSync(at("refreshed"), "tampered\n");
      chmodSync(at("refreshed"), 0o600);
      expect(await file.refresh()).toBe(true);
      expect(file.state).toMatchObject({ content: "tampered\n", mode: "0600", owner: "root", sizeBytes: 9 });
      expect(await file.up(declared("refreshed", { mode: "0644", owner: "root" }))).toBe("update");
      expect([textOf("refreshed"), modeOf("refreshed")]).toEqual(["one\n", "644"]);
      rmSync(at("refreshed"));
      expect(await file.refresh()).toBe(false);
      expect(await file.up(declared("refreshed"))).toBe("create");
    });
  },
  { vms: 2, guestUsers },
);
