import { guestEnvCheck } from "../../../provider/resources";
import { elevationOfToken } from "../../../provider/resources/guest-env-check/elevation-expectations";
import { SimulatedLifecycle } from "../simulated-lifecycle";
import { hasWine } from "../../../simulator/guest/windows/wine-template";

test("root is elevated, another user is not", async () => {
  const lifecycle = await SimulatedLifecycle.start({
    guestUsers: [{ name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" }],
  });
  try {
    const check = (inputs: object) => lifecycle.create(guestEnvCheck, { vm: "vm-1", ...inputs });
    const app = { guest: { username: "app", password: "app" } };
    expect((await check({ elevated: true })).state).toMatchObject({ satisfied: true });
    expect((await check({ elevated: false, ...app })).state).toMatchObject({ satisfied: true });
    await expect(check({ elevated: true, ...app })).rejects.toThrow(
      /guest login\s+to be elevated\s+is not elevated \(user id 1001\)/,
    );
  } finally {
    await lifecycle.stop();
  }
});

test.each([
  ["High", "S-1-16-12288", true],
  ["Medium", "S-1-16-8192", false],
  ["System", "S-1-16-16384", true],
])("a Windows token of %s integrity", (name, sid, elevated) => {
  const groups = `"BUILTIN\\Administrators","Alias","S-1-5-32-544","…"\r\n"Mandatory Label\\${name} Mandatory Level","Label","${sid}",""\r\n`;
  expect(elevationOfToken(groups)).toEqual({ elevated, reason: `integrity level ${sid}` });
});

(hasWine() ? test : test.skip)("a Windows guest that does not tell is neither elevated nor not", async () => {
  const lifecycle = await SimulatedLifecycle.start({ os: "windows" });
  try {
    const made = await lifecycle.create(guestEnvCheck, { vm: "vm-1", elevated: true, onFailure: "warn" });
    expect(made.state["failures"]).toEqual([expect.stringContaining("whoami does not tell")]);
  } finally {
    await lifecycle.stop();
  }
});
