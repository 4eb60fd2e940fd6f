import { inOneGuest, type OneGuest } from "../one-guest";
import { until } from "../../until";

/** Ctrl-C while a check waits for its expectations to come true. */
async function isToldAsCancelled(guest: OneGuest): Promise<void> {
  const check = guest.check();
  guest.simulator.clearCalls();
  const looks = () => guest.simulator.calls.filter(({ method }) => method === "ReadEnvironmentVariableInGuest").length;
  const declared = { vm: guest.vm, variables: { NOT_YET: "set" }, waitSeconds: 600, timeoutSeconds: 900 };
  await guest.host.begin();
  const deploy = check.upWithin(declared).catch((error: unknown) => error);
  await until(() => looks() > 1);
  await guest.host.cancel();
  expect(String(await deploy)).toContain("vm-1 environment: the create of this GuestEnvCheck was cancelled");
  expect(guest.host.said).not.toContain("This is a bug");
}

inOneGuest((guest) => {
  test("a check that is cancelled while it waits says so, and of which machine", () => isToldAsCancelled(guest));
});

describe("in a Windows guest", () => {
  inOneGuest(
    (guest) => {
      test("a check that is cancelled while it waits says so, and of which machine", () => isToldAsCancelled(guest));
    },
    { os: "windows" },
  );
});
