import { inOneGuest } from "../one-guest";

/** What the preview of an environment check tells that has not been made yet. */
inOneGuest((guest) => {
  const ahead = async (inputs: object, secrets: readonly string[] = []) => {
    const check = guest.check();
    expect(await check.preview({ vm: guest.vm, ...inputs }, secrets)).toBe("create");
    return check.said;
  };
  const paths = { "/opt/first": "present", "/opt/second": "present", "/etc": "directory" };

  guest.rule("what is not met now is told, without the claim that it will fail", async () => {
    const said = await ahead({ paths });
    expect(said).toContain("2 of 3 expectations are not met now; up looks again after what this check depends on");
    expect(said).toContain("and fails if they are not met then");
    expect(said).toContain("/opt/first: is absent, expected to be there");
    expect(said).not.toContain("As things are now");
    expect(await ahead({ paths, onFailure: "warn" })).not.toContain("fails");
  });

  guest.rule("what is met is told nothing of", async () => {
    expect(await ahead({ paths: { "/etc": "directory" }, variables: { HOME: "/root" } })).toBe("");
  });

  guest.rule("of many only the first are told, of secret ones only their number", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`/opt/number-${n}`, "present"]));
    const said = await ahead({ paths: many });
    expect(said).toContain("30 of 30 expectations");
    expect(said.match(/number-/g)).toHaveLength(10);
    expect(said).toContain("… and 20 more");
    const hidden = await ahead({ variables: { HOME: "hush-hush" }, paths: { "/opt/hush": "present" } }, ["variables"]);
    expect(hidden).toContain("2 of 2 expectations");
    expect(hidden).not.toMatch(/hush/);
  });

  guest.rule("an update of one says the same of what is no longer met", async () => {
    const check = guest.check();
    const declared = { vm: guest.vm, variables: { HOME: "/root" } };
    await check.up(declared);
    expect((await check.differences({ ...declared, paths: { "/opt/gone": "present" } })).join("\n")).toContain(
      "not met now: /opt/gone: is absent, expected to be there; up looks again after what this check depends on",
    );
  });
});
