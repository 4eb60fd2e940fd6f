import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { inAttackedGuest } from "./attacked-guest";
import type { HappeningRequest } from "../../simulator";
import { eve } from "./neighbour";

const marker = "TOP-SECRET";
const roomName = /\/tmp\/\.vsphere-guest-run-[A-Za-z0-9]+/g;

/**
 * Programs run with private directories below /tmp. Who sees the name of one in a command line is there first: what he
 * does stands where a start is about to be carried out, the best moment that he can have.
 */
inAttackedGuest(
  (guest) => {
    let number = 0;
    const outside = () => `/srv/outside-${number}`;
    const squatted: string[] = [];

    beforeAll(() => {
      // The machine's own su decides in the guest.
      for (const directory of ["/etc/pam.d", "/etc/security"])
        cpSync(directory, guest.at(directory), { recursive: true });
      const shadow = ["root", "app"].map((name) => `${name}:*:19000:0:99999:7:::\n`);
      writeFileSync(guest.at("/etc/shadow"), shadow.join(""), { mode: 0o600 });
    });
    beforeEach(async () => {
      number += 1;
      squatted.length = 0;
      mkdirSync(guest.at(outside()), { mode: 0o755 });
      await guest.host.begin();
    });
    afterEach(() => guest.simulator.clearDisturbances());

    /** As Eve, wherever a command line names something that is not there yet. */
    function squat(place: (path: string) => void): void {
      const happens = ({ parameters }: HappeningRequest) => {
        for (const path of new Set(JSON.stringify(parameters["spec"]).match(roomName) ?? [])) {
          if (existsSync(guest.at(path)) || lstatIfThere(guest.at(path))) continue;
          squatted.push(path);
          place(guest.at(path));
        }
      };
      guest.simulator.onRequest({ method: "StartProgramInGuest", times: 1000, happens });
    }
    const ownDirectory = (path: string) => {
      mkdirSync(path, { mode: 0o777 });
      chownSync(path, eve.uid, eve.gid);
    };
    /** What a run would have told, had there been one. */
    const forgedReport = (path: string) => {
      ownDirectory(path);
      mkdirSync(`${path}/0`, { mode: 0o755 });
      for (const name of ["0/0.Zm9yZ2VkCg==", "0/end.1", "1.begun", "1.out.0.Zm9yZ2VkCg==", "1.rc.0.7.1.0.0"]) {
        writeFileSync(`${path}/${name}`, "");
        chownSync(`${path}/${name}`, eve.uid, eve.gid);
      }
    };
    const linkOutside = (path: string) => symlinkSync(outside(), path);
    const contentsOf = (path: string) => spawnSync("grep", ["-rl", marker, path]).stdout.toString();

    for (const [what, place] of [
      ["a directory of hers", ownDirectory],
      ["a directory that tells of a run that was not", forgedReport],
      ["a link to a directory that she may list", linkOutside],
    ] as const) {
      test(`who squats with ${what} changes nothing of a run, and sees nothing of it`, async () => {
        squat(place);
        const ran = `/srv/ran-${number}`;
        const run = guest.run();
        const declared = { vm: guest.vm, script: `echo ${marker}; echo x >>${ran}`, stdin: marker };
        expect(await run.up(declared)).toBe("create");
        expect(run.state["stdout"]).toBe(marker);
        expect(statSync(guest.at(ran)).size).toBe(2);
        expect(readdirSync(guest.at(outside()))).toEqual([]);
        expect(squatted.map((path) => contentsOf(guest.at(path))).join("")).toBe("");
      });

      test(`who squats with ${what} gets no secret of a run under another account`, async () => {
        squat(place);
        const run = guest.run();
        const declared = { vm: guest.vm, script: "cat", stdin: marker, runAs: { user: "app", method: "su" } };
        expect(await run.up(declared, ["stdin"])).toBe("create");
        expect(readdirSync(guest.at(outside()))).toEqual([]);
        expect(squatted.map((path) => contentsOf(guest.at(path))).join("")).toBe("");
      });

      test(`who squats with ${what} reads and forges no file that comes through vCenter`, async () => {
        const file = guest.file();
        const declared = { vm: guest.vm, path: `/srv/read-${number}`, content: `${marker}\n`, transfer: "inBand" };
        await file.up(declared);
        writeFileSync(guest.at(declared.path), "honest\n");
        squat(place);
        const differences = (await file.differences(declared)).join("\n");
        expect(differences).toContain("honest");
        expect(differences).not.toContain("forged");
        expect(readdirSync(guest.at(outside()))).toEqual([]);
      });
    }

    test("runs with secrets have a directory of their own, which no other command line shows", async () => {
      const shown: string[][] = [];
      const happens = ({ parameters }: HappeningRequest) =>
        void shown.push([...new Set(JSON.stringify(parameters["spec"]).match(roomName) ?? [])]);
      guest.simulator.onRequest({ method: "StartProgramInGuest", times: 1000, happens });
      await guest.together(() =>
        Promise.all(
          ["a", "b", "c", "d"].map((name, at) => {
            const declared = { vm: guest.vm, script: `sleep 0.3; echo ${name}`, stdin: marker };
            return guest.run().upWithin(declared, at % 2 === 0 ? ["stdin"] : []);
          }),
        ),
      );
      expect(shown).toHaveLength(4);
      expect(new Set(shown.flat()).size).toBe(3);
    });

    test("only old directories of the login's own are swept", async () => {
      const [own, hers, link] = ["11", "22", "33"].map((id) => guest.at(`/tmp/.vsphere-guest-run-${id.repeat(16)}`));
      mkdirSync(own as string);
      ownDirectory(hers as string);
      symlinkSync(outside(), link as string);
      const longAgo = new Date(Date.now() - 20 * 24 * 3600_000);
      for (const path of [own, hers] as string[]) utimesSync(path, longAgo, longAgo);
      spawnSync("touch", ["-h", "-d", longAgo.toISOString(), link as string]);
      await guest.run().up({ vm: guest.vm, script: "true" });
      expect([own, hers, link].map((path) => lstatIfThere(path as string) !== undefined)).toEqual([false, true, true]);
    });
  },
  [{ name: "app", password: "app", uid: 1700, gid: 1700, home: "/home/app" }],
);

function lstatIfThere(path: string) {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}
