import { existsSync, readdirSync } from "node:fs";
import { inWindowsGuest, withWine } from "./windows-guest";
import { until } from "../../until";

/** How runs in Windows guests end. */
withWine("ends of programs in Windows guests", () => {
  inWindowsGuest((guest) => {
    const cmd = "C:\\Windows\\System32\\cmd.exe";
    const up = async (inputs: object) => {
      const run = guest.run();
      await run.up({ vm: guest.vm, ...inputs });
      return run.state;
    };

    guest.rule("exit codes of 32 bits, accepted with or without their sign", async () => {
      const asked = { program: cmd, arguments: ["/d", "/c", "exit", "-2147024891"] };
      await expect(up(asked)).rejects.toThrow("ended with exit code -2147024891, accepted is 0");
      expect((await up({ ...asked, successExitCodes: [2147942405] }))["exitCode"]).toBe(-2147024891);
      expect((await up({ ...asked, successExitCodes: [-2147024891] }))["exitCode"]).toBe(-2147024891);
    });

    guest.rule("a failed run tells what it wrote, and goes on with the next deploy", async () => {
      const run = guest.run();
      const script = "@if exist C:\\ready exit /b 0\n@echo not ready 1>&2\n@echo.>C:\\ready\n@exit /b 3";
      await expect(run.up({ vm: guest.vm, script })).rejects.toThrow(/exit code 3.*not ready/s);
      expect(await run.up({ vm: guest.vm, script })).toMatch(/create|update/);
      expect(run.state).toMatchObject({ exitCode: 0, succeeded: true });
    });

    guest.rule("what is missing: the program, its directory, or a command of the script", async () => {
      await expect(up({ program: "C:\\no-such.exe" })).rejects.toThrow("there is no such program in the guest");
      await expect(up({ script: "@echo x", workingDirectory: "C:\\none" })).rejects.toThrow(
        "working directory C:\\none",
      );
      await expect(up({ script: "@no-such-command" })).rejects.toThrow("exit code 9009");
    });

    guest.rule("large outputs come whole, or cut where asked for, with a mark", async () => {
      const script = "@for /l %%i in (1,1,3000) do @echo line %%i";
      const whole = await up({ script });
      expect(String(whole["stdout"]).split("\r\n")).toHaveLength(3000);
      expect((await up({ script, outputLimitBytes: 12 }))["stdout"]).toBe("line 1\r\nline\n[cut: 12 of 31893 bytes]");
    });

    guest.rule("a time limit ends the tree, and leaves nothing", async () => {
      const script = "@echo started>C:\\started.txt\n@cmd /d /c for /l %%i in (1,0,2) do @rem endless";
      await expect(up({ script, timeoutSeconds: 8 })).rejects.toThrow(
        "timed out after 8 s; the process tree was ended, but there may live on processes whose parent had ended before",
      );
      expect(existsSync(guest.at("started.txt"))).toBe(true);
      expect(guest.host.said).not.toContain("may still run");
      await until(() => readdirSync(guest.at("Users/root/AppData/Local/Temp")).length === 0);
    });
  });
});
