import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { all, withOneOfEach } from "../every-kind/one-of-each";
import type { Properties, Recorded } from "../host";
import { inOwnMachines, type OwnMachine } from "../own-machines";
import type { DeployedResource } from "../stack";
import { version } from "../../../package.json";

const versions = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test("the states that this version writes are kept for later ones", () => {
  expect(versions).toContain(version);
});

inOwnMachines(({ rule }) => {
  for (const written of versions) {
    rule(
      `states that ${written} wrote go on: no difference, a refresh keeps them, the delete command runs`,
      withOneOfEach(async (own, stack) => {
        const records = recordsOf(written, own);
        for (const [kind, resource] of stack.resources) resource.recorded = records[kind];
        expect(await stack.preview()).toEqual(all("same"));
        expect(await stack.refresh()).toEqual(all(true));
        expect(await stack.preview()).toEqual(all("same"));
        expect(await stack.destroy()).toEqual(all("destroyed"));
        expect(runs(own)).toBe("ran\ngone\n");
      }),
    );
  }

  const lacking: readonly [string, (state: Properties) => Properties][] = [
    ["no stdout", ({ stdout: _stdout, ...state }) => state],
    ["no succeeded", ({ succeeded: _succeeded, created: _created, ...state }) => state],
    ["no instanceUuid", ({ instanceUuid: _instanceUuid, ...state }) => state],
    ["numbers and booleans as text", (state) => ({ ...state, exitCode: "0", succeeded: "true", timeoutSeconds: "30" })],
  ];
  for (const [what, edit] of lacking) {
    rule(`a run's record with ${what} is read: nothing is run again, and its delete command runs`, async (own) => {
      const run = await ranOnce(own);
      edited(run, edit);
      expect(await run.preview(declared(own))).toBe("same");
      expect(run.said).not.toContain("can't be read");
      expect(await run.refresh()).toBe(true);
      expect(await run.up(declared(own))).toBe("same");
      await run.destroy();
      expect(runs(own)).toBe("ran\ngone\n");
    });
  }

  const unreadable: readonly [string, Properties][] = [
    ["succeeded", { succeeded: "perhaps" }],
    ["script", { script: { text: 5 } }],
    ["delete", { delete: 5 }],
  ];
  for (const [name, edit] of unreadable) {
    rule(
      `a run's record whose ${name} can't be read is named, kept, and neither run again nor dropped`,
      async (own) => {
        const run = await ranOnce(own);
        edited(run, (state) => ({ ...state, ...edit }));
        const before = run.recorded;
        const told = new RegExp(`can't be read whole: ${name} must be `);
        expect(await run.preview(declared(own))).toBe("same");
        expect(run.said).toMatch(told);
        expect(await run.refresh()).toBe(true);
        expect(run.recorded?.state).toEqual(before?.state);
        expect(own.host.said).toMatch(new RegExp(`What is recorded can't be read: ${name} must be .*is kept`));
        const refusal: unknown = await run.destroy().catch((error: unknown) => error);
        expect(String(refusal)).toMatch(new RegExp(`its record can't be read: ${name} must be .*pulumi stack import`));
        expect(String(refusal)).not.toMatch(/refresh|state delete/);
        expect(runs(own)).toBe("ran\n");
      },
    );
  }
});

const declared = ({ vm }: OwnMachine) => ({
  vm,
  script: "echo ran >>/srv/runs",
  delete: "echo gone >>/srv/runs",
  timeoutSeconds: 30,
});

async function ranOnce(own: OwnMachine): Promise<DeployedResource> {
  const run = own.resource("GuestProgramRun");
  await run.up(declared(own));
  return run;
}

function edited(resource: DeployedResource, edit: (state: Properties) => Properties): void {
  const { recorded } = resource;
  if (recorded === undefined) throw new Error("nothing was recorded");
  resource.recorded = { ...recorded, state: edit(recorded.state) };
}

function runs(own: OwnMachine): string {
  return readFileSync(own.at("srv/runs"), "utf8");
}

/** The records of a version as it wrote them, for this machine. */
function recordsOf(written: string, own: OwnMachine): Readonly<Record<string, Recorded>> {
  const text = readFileSync(join(__dirname, written, `${own.host.name}.json`), "utf8");
  const here = text.replaceAll("<instanceUuid>", own.machine.instanceUuid).replaceAll("<vm>", own.vm);
  return JSON.parse(here) as Record<string, Recorded>;
}
