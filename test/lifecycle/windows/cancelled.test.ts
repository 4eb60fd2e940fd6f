import { inWindowsGuest, withWine } from "./windows-guest";
import { until } from "../../until";

withWine("cancelled runs in Windows guests", () => {
  inWindowsGuest((guest) => {
    test("the end of the deploy in the pause before another attempt is told as such, and the run is recorded", async () => {
      const run = guest.run();
      const declared = { vm: guest.vm, script: "@echo tried\n@exit /b 3", retry: { attempts: 2, delaySeconds: 600 } };
      await guest.host.begin();
      const deploy = run.upWithin(declared).catch((error: unknown) => error);
      await until(() => guest.host.said.includes("attempt 1 of 2 ended with exit code 3"));
      await guest.host.cancel();
      expect(String(await deploy)).toContain("vm-1 script: the create of this GuestProgramRun was cancelled");
      expect(guest.host.said).not.toContain("This is a bug");
      await guest.host.begin();
      expect(run.state).toMatchObject({ succeeded: false, exitCode: 3, stdout: "tried" });
    });
  });
});
