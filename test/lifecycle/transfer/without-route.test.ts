import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { inOneGuest, type OneGuest } from "../one-guest";
import { until } from "../../until";

/** The simulator's ESXi host cannot be reached: nobody listens on port 1. */
const closed = { transferHosts: '{"127.0.0.1":"127.0.0.1:1"}' };
const warning = "can't reach its ESXi host";

const declared = (name: string, more: object = {}) => ({
  vm: "vm-1",
  path: `/etc/${name}`,
  content: `${name}\n`,
  mode: "0640",
  ...more,
});

function tamper(path: string) {
  writeFileSync(path, "tampered");
  utimesSync(path, 1_000, 1_000);
}

async function expectNothingLeft(guest: OneGuest): Promise<void> {
  await until(() => readdirSync(guest.at("/tmp")).filter((name) => name.includes("vsphere-guest")).length === 0);
  expect(readdirSync(guest.at("/etc")).filter((name) => name.startsWith("."))).toEqual([]);
}

describe("transfer: auto, the default", () => {
  inOneGuest(
    (guest) => {
      test("files go through vCenter: created, found changed, repaired, updated and removed, with one warning", async () => {
        const [large, small] = [guest.file(), guest.file()];
        const inputs = declared("large", { content: "port = 80\n".repeat(8_000) });
        const said = await guest.saidIn(async () => {
          await guest.host.begin();
          await large.upWithin(inputs);
          await small.upWithin(declared("small"));
        });
        expect(said.split(warning)).toHaveLength(2);
        expect(said).toMatch(/127\.0\.0\.1:1.*open https to it/);
        expect(readFileSync(guest.at("/etc/large"), "utf8")).toBe(inputs.content);
        expect(statSync(guest.at("/etc/large")).mode & 0o777).toBe(0o640);
        tamper(guest.at("/etc/large"));
        expect(await large.up(inputs)).toBe("update");
        expect(readFileSync(guest.at("/etc/large"), "utf8")).toBe(inputs.content);
        expect(await small.up(declared("small", { content: "" }))).toBe("update");
        expect(await small.up(declared("small", { content: "new\n" }))).toBe("update");
        expect(readFileSync(guest.at("/etc/small"), "utf8")).toBe("new\n");
        await large.destroy();
        expect(existsSync(guest.at("/etc/large"))).toBe(false);
        await expectNothingLeft(guest);
      });

      guest.rule(
        "a secret is refused, since it would be seen in the process table, unless its resource asks for it",
        async () => {
          const file = guest.file();
          const inputs = declared("key", { content: "s3cret" });
          await expect(file.up(inputs, ["content"])).rejects.toThrow(
            /127\.0\.0\.1:1.*only where `transfer: inBand` asks/s,
          );
          expect(existsSync(guest.at("/etc/key"))).toBe(false);
          await file.up({ ...inputs, transfer: "inBand" }, ["content"]);
          expect(file.said).not.toContain(warning);
          expect(readFileSync(guest.at("/etc/key"), "utf8")).toBe("s3cret");
          tamper(guest.at("/etc/key"));
          expect(await file.up({ ...inputs, transfer: "inBand" }, ["content"])).toBe("update");
          expect(guest.host.said).not.toContain("s3cret");
          const tree = { vm: guest.vm, path: "/etc/keys.d", source: __dirname, createParents: true };
          await expect(guest.directory().up(tree, ["source"])).rejects.toThrow("only where `transfer: inBand` asks");
        },
      );

      guest.rule("a resource may insist on the ESXi host", async () => {
        const direct = guest.file().up(declared("direct", { transfer: "direct" }));
        await expect(direct).rejects.toThrow("127.0.0.1:1");
        expect(existsSync(guest.at("/etc/direct"))).toBe(false);
      });

      guest.rule("large outputs of a program come, and a directory with its tree goes", async () => {
        const source = resolve(__dirname, "..", "guest-file");
        const [run, directory] = [guest.run(), guest.directory()];
        const tree = { vm: guest.vm, path: "/etc/app.d", source, purge: true };
        await Promise.all([run.up({ vm: guest.vm, script: "seq 1 20000" }), directory.up(tree)]);
        expect(run.state["stdout"]).toContain("\n19999\n20000");
        expect(readdirSync(guest.at("/etc/app.d")).sort()).toEqual(readdirSync(source).sort());
        tamper(guest.at("/etc/app.d/life.test.ts"));
        expect(await directory.up({ ...tree, transfer: "inBand" })).toBe("update");
        await directory.destroy();
        expect(existsSync(guest.at("/etc/app.d"))).toBe(false);
      });

      test("and nothing of all that is left in the guest", () => expectNothingLeft(guest));
    },
    {},
    closed,
  );
});

describe("an ESXi host whose name nobody knows", () => {
  inOneGuest(
    (guest) => {
      test("is one that can't be reached", async () => {
        const said = await guest.saidIn(() => guest.file().up(declared("unresolved")));
        expect(said).toContain(warning);
        expect(readFileSync(guest.at("/etc/unresolved"), "utf8")).toBe("unresolved\n");
      });
    },
    {},
    { transferHosts: '{"127.0.0.1":"esxi.invalid:443"}' },
  );
});

describe("transfer: inBand for the provider", () => {
  inOneGuest(
    (guest) => {
      test("takes the way through vCenter, secrets too, and says nothing; a resource may take another", async () => {
        const said = await guest.saidIn(() => guest.file().up(declared("key", { content: "s3cret" }), ["content"]));
        expect(said).not.toContain(warning);
        expect(readFileSync(guest.at("/etc/key"), "utf8")).toBe("s3cret");
        expect(guest.simulator.calls.filter(({ method }) => method === "PUT")).toEqual([]);
        const direct = guest.file().up(declared("direct", { transfer: "direct" }));
        await expect(direct).rejects.toThrow("127.0.0.1:1");
      });
    },
    {},
    { ...closed, transfer: "inBand" },
  );
});

describe("transfer: direct for the provider", () => {
  inOneGuest(
    (guest) => {
      test("fails where the ESXi host can't be reached; a resource may take another way", async () => {
        const file = guest.file();
        await expect(file.up(declared("direct"))).rejects.toThrow("127.0.0.1:1");
        expect(await file.up(declared("direct", { transfer: "auto" }))).toBe("create");
        tamper(guest.at("/etc/direct"));
        expect(await file.preview(declared("direct"))).toBe("same");
        expect(guest.host.said).toMatch(/127\.0\.0\.1:1.*Drift is not known, the record stands/s);
        expect(await file.up(declared("direct", { transfer: "inBand" }))).toBe("update");
        await expectNothingLeft(guest);
      });
    },
    {},
    { ...closed, transfer: "direct" },
  );
});

describe("a Windows guest", () => {
  inOneGuest(
    (guest) => {
      test("has no way through vCenter, and says so", async () => {
        const inputs = { vm: guest.vm, path: "C:\\app.ini", content: "[app]\r\n" };
        await expect(guest.file().up(inputs)).rejects.toThrow("Windows guests have no way through vCenter");
      });
    },
    { os: "windows" },
    closed,
  );
});
