import { readdirSync } from "node:fs";
import { inOneGuest } from "../one-guest";
import { until } from "../../until";

/** What a run is given and gives where the ESXi host cannot be reached from here: nobody listens on port 1. */
const closed = { transferHosts: JSON.stringify({ "127.0.0.1": "127.0.0.1:1" }) };

inOneGuest(
  (guest) => {
    const script = 'echo "$TOKEN"; seq 1 20000; echo log >/srv/run.log';
    const declared = { vm: "vm-1", script, logPaths: ["/srv/run.log"] };
    const withSecret = { ...declared, environment: { TOKEN: "s3cret" } };
    const lines = (text: unknown) => String(text).split("\n").length;

    test("auto: without secrets, large outputs and logs come through vCenter, with one warning", async () => {
      const run = guest.run();
      expect(await run.upWithin(declared)).toBe("create");
      expect(lines(run.state["stdout"])).toBe(20_001);
      expect(run.state["logs"]).toEqual({ "/srv/run.log": "log\n" });
      const large = guest.run();
      await large.upWithin({ vm: "vm-1", program: "/usr/bin/wc", arguments: ["-c"], stdin: "x".repeat(100_000) });
      expect(large.state["stdout"]).toBe("100000");
      await until(() => guest.host.said.includes("can't reach its ESXi host"));
      expect(guest.host.said.split("can't reach its ESXi host")).toHaveLength(2);
    });

    test("auto: secrets do not go that way unasked; a deploy that asks for it by name goes on", async () => {
      const run = guest.run();
      const attempt = run.upWithin(withSecret, ["environment"]);
      await expect(attempt).rejects.toThrow("done only where `transfer: inBand` asks for it");
      await expect(attempt).rejects.not.toThrow("s3cret");
      const asked = { ...withSecret, transfer: "inBand" };
      expect(await run.upWithin(asked, ["environment"])).toMatch(/create|update/);
      expect(run.state["stdout"]).toMatch(/^s3cret\n1\n/);
      expect(guest.host.said).not.toContain("s3cret");
    });

    test("direct: fails rather than go another way", async () => {
      const run = guest.run().upWithin({ ...declared, transfer: "direct" });
      await expect(run).rejects.toThrow(/127\.0\.0\.1:1/);
    });

    test("another way is no reason to run again", async () => {
      const run = guest.run();
      const quiet = { vm: "vm-1", script: "echo ran >>/srv/runs" };
      await run.upWithin({ ...quiet, transfer: "inBand" });
      expect(await run.upWithin({ ...quiet, transfer: "direct" })).toBe("same");
      expect(await run.upWithin(quiet)).toBe("same");
    });

    test("the delete command goes the way that is recorded", async () => {
      const run = guest.run();
      const told = 'test "$TOKEN" = s3cret && touch /srv/deleted';
      await run.upWithin({ ...withSecret, transfer: "inBand", delete: told }, ["environment"]);
      await run.destroy();
      expect(readdirSync(guest.at("/srv"))).toContain("deleted");
    });

    test("nothing is left in the guest", async () => {
      await until(() => readdirSync(guest.at("/tmp")).length === 0);
    });
  },
  {},
  closed,
);
