import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { resourceKinds, type KindToken } from "../../../provider/resources";
import { propertiesOf } from "../../../provider/vocabulary/property-meta";
import { inOwnMachines, type OwnMachine } from "../own-machines";
import { all, kindNames, samples, withOneOfEach, type OneOfEach } from "./one-of-each";

/** All that a resource of the kind has, as the schema tells it. */
function outputsOf(kind: KindToken): string[] {
  const found = resourceKinds.find(({ token }) => token === kind);
  return Object.keys(propertiesOf(found?.state ?? z.never()));
}

const app = { name: "app", password: "simulated", uid: 1001, gid: 1001, home: "/home/app", groups: [0] };

/** What holds for resources of every kind from one deploy to the next. */
inOwnMachines(
  ({ rule }) => {
    const runs = (own: OwnMachine) => readFileSync(own.at("srv/runs"), "utf8");

    /** A rule after which everything can be destroyed. */
    const ruleToTheEnd = (name: string, body: (own: OwnMachine, stack: OneOfEach) => Promise<void>) =>
      rule(
        name,
        withOneOfEach(async (own, stack) => {
          await body(own, stack);
          expect(await stack.destroy()).toEqual(all("destroyed"));
          expect(existsSync(own.at("srv/one-file"))).toBe(false);
        }),
      );

    ruleToTheEnd("logins and time limits may change, and no difference comes of it", async (own, stack) => {
      const before = runs(own);
      for (const login of [
        { guest: { username: "root", password: "simulated" } },
        { guest: { username: "app", password: "simulated", interactiveSession: false }, timeoutSeconds: 20 },
      ]) {
        stack.common = { vm: own.vm, ...login };
        // Another user has another home directory, which is what is checked.
        const check = login.guest.username === "root" ? "same" : "update";
        // An account's aliases are told to it and to root alone.
        const alias = login.guest.username === "root" ? "same" : (expect.stringContaining("not allowed") as unknown);
        expect(await stack.preview()).toEqual({ ...all("same"), GuestEnvCheck: check, GuestAlias: alias });
      }
      expect(runs(own)).toBe(before);
    });

    ruleToTheEnd("a login of its own is the one that works, and is kept secret", async ({ vm, host }, stack) => {
      stack.common = { vm, guest: { username: "root", password: "wr0ng-password" } };
      const failed = await stack.up("changed");
      for (const kind of kindNames) expect(failed[kind]).toMatch(/login of "root"/);
      expect(host.said).not.toContain("wr0ng-password");
      stack.common = { vm, guest: { username: "root", password: "simulated" } };
      expect(await stack.up("changed")).toEqual(all("update"));
      expect([...host.secretOutputs]).toContain("guest");
    });

    ruleToTheEnd("inputs that a preview does not know yet are differences, and touch nothing", async (own, stack) => {
      const before = runs(own);
      const previewed = (resources: OneOfEach) =>
        resources.each((resource, kind) =>
          resource.previewWithin({ ...resources.declared(kind), ...samples[kind].unknown }),
        );
      expect(await previewed(stack)).toEqual(all("update"));
      expect(await previewed(stack.another())).toEqual(all("create"));
      expect(runs(own)).toBe(before);
      expect(readFileSync(own.at("srv/one-file"), "utf8")).toBe("one");
      expect(await stack.preview()).toEqual(all("same"));
    });

    ruleToTheEnd(
      "a record tells every output, also those that are not set: a preview knows them",
      async (own, stack) => {
        for (const kind of kindNames) {
          await own.operations.within(async () => {
            expect(await stack.resources.get(kind)?.upWithin(stack.declared(kind, "changed"))).toBe("update");
            expect(own.host.toldOutputs).toEqual(expect.arrayContaining(outputsOf(kind)));
          });
        }
      },
    );

    ruleToTheEnd(
      "a state of an older version is read: what is not known any more, or is of another type, is left out",
      async (_, stack) => {
        for (const [kind, resource] of stack.resources) {
          const { recorded } = resource;
          if (recorded === undefined) throw new Error(`no ${kind}`);
          const state = { ...recorded.state, formerOutput: { a: [1] }, logs: "text", createdParents: "none" };
          resource.recorded = { ...recorded, state };
        }
        expect(await stack.preview()).toEqual(all("same"));
        expect(await stack.refresh()).toEqual(all(true));
        expect(await stack.up("changed")).toEqual(all("update"));
      },
    );
  },
  { guestUsers: [app] },
);
