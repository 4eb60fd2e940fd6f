import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { inWindowsGuest, withWine } from "./windows-guest";
import { until } from "../../until";

withWine("programs in Windows guests", () => {
  inWindowsGuest((guest) => {
    const cmd = "C:\\Windows\\System32\\cmd.exe";
    const temporary = "Users/root/AppData/Local/Temp";

    /** What one run, which is destroyed at once, has told. */
    async function told(inputs: object, secrets: readonly string[] = []) {
      const run = guest.run();
      await run.up({ vm: guest.vm, ...inputs }, secrets);
      const { state } = run;
      await run.destroy();
      return state;
    }

    guest.rule("a program with arguments, and a batch file as one", async () => {
      const echoed = await told({ program: cmd, arguments: ["/d", "/c", "echo", "x^&y"] });
      expect(String(echoed["stdout"]).trim()).toBe("x&y");
      writeFileSync(guest.at("Program Files/tool.cmd"), "@echo [%1] [%~2]\r\n@exit /b 5\r\n");
      const batch = { program: "C:\\Program Files\\tool.cmd", arguments: ["one", "two words"], successExitCodes: [5] };
      expect(await told(batch)).toMatchObject({ exitCode: 5, stdout: "[one] [two words]" });
    });

    guest.rule("a cmd script with environment, directory and standard input, of which nothing is left", async () => {
      const script = [
        "@echo off",
        "set /p line=",
        "echo %line% %GREETING% %CD%",
        "goto end",
        "echo never",
        ":end",
        "echo to stderr 1>&2",
      ].join("\n");
      const inputs = {
        ...{ script, interpreter: "cmd", stdin: "from stdin\r\n" },
        ...{ environment: { GREETING: "a ^& b" }, workingDirectory: "C:\\Windows" },
      };
      const state = await told(inputs, ["stdin", "environment"]);
      expect(state).toMatchObject({ exitCode: 0, stdout: "from stdin a & b C:\\Windows" });
      expect(String(state["stderr"]).trim()).toBe("to stderr");
      await until(() => readdirSync(guest.at(temporary)).length === 0);
    });

    guest.rule("environment: over the guest's own, or exactly what is given", async () => {
      const script = "@echo %own%-%ProgramData%";
      const environment = { OWN: "mine" };
      expect(await told({ script, environment })).toMatchObject({ stdout: "mine-C:\\ProgramData" });
      const replaced = { script: "@echo %OWN%-%NUMBER_OF_PROCESSORS%x", environment, environmentMode: "replace" };
      expect(String((await told(replaced))["stdout"])).toMatch(/^mine-/);
    });

    guest.rule("runs once for each trigger, and its own commands at update and delete", async () => {
      const run = guest.run();
      const declared = {
        ...{ vm: guest.vm, create: "@echo create>>C:\\told.txt", update: "@echo update>>C:\\told.txt" },
        delete: { program: cmd, arguments: ["/d", "/c", "echo delete>>C:\\told.txt"] },
      };
      const lines = () => readFileSync(guest.at("told.txt"), "utf8").trim().split(/\s+/);
      await run.up({ ...declared, triggers: [1] });
      expect(await run.up({ ...declared, triggers: [1] })).toBe("same");
      expect(await run.up({ ...declared, triggers: [2] })).toBe("update");
      expect(lines()).toEqual(["create", "update"]);
      await run.destroy();
      expect(lines()).toEqual(["create", "update", "delete"]);
    });

    guest.rule("guards are asked in the guest each time", async () => {
      const run = guest.run();
      const declared = { vm: guest.vm, script: "@echo made>C:\\made.txt", creates: "C:\\MADE.txt" };
      await run.up(declared);
      expect(await run.up(declared)).toBe("same");
      rmSync(guest.at("made.txt"));
      expect(await run.up(declared)).toBe("update");
      expect(existsSync(guest.at("made.txt"))).toBe(true);

      const unless = guest.run();
      const guarded = {
        ...{ vm: guest.vm, script: "@echo x>>C:\\guarded.txt" },
        unless: "@if not exist C:\\guarded.txt exit /b 1",
      };
      await unless.up(guarded);
      expect(await unless.up(guarded)).toBe("same");
      expect(readFileSync(guest.at("guarded.txt"), "utf8").trim()).toBe("x");
    });

    guest.rule("files that it wrote are fetched back", async () => {
      const script = "@echo logged>C:\\ProgramData\\run.log";
      const state = await told({ script, logPaths: ["C:\\ProgramData\\run.log"] });
      expect(state["logs"]).toEqual({ "C:\\ProgramData\\run.log": "logged\r\n" });
    });

    guest.rule("runAs is refused, and says what to do instead", async () => {
      await expect(guest.run().up({ vm: guest.vm, script: "@echo x", runAs: "other" })).rejects.toThrow(
        "give the resource another login",
      );
    });

    guest.rule("output in UTF-16 or in the guest's own code page is text, with the bytes beside it", async () => {
      writeFileSync(guest.at("oem.txt"), Buffer.from([0x81, 0x20, 0x9b, 0x20, 0xe1]));
      writeFileSync(guest.at("utf8.txt"), "ünï\r\n");
      const shown = (name: string) => told({ program: cmd, arguments: ["/d", "/c", "type", `C:\\${name}`] });
      expect(await shown("oem.txt")).toMatchObject({ stdout: "ü ¢ ß", stdoutBase64: "gSCbIOE=" });
      const utf16 = await told({ program: cmd, arguments: ["/d", "/u", "/c", "echo", "wide"] });
      expect(String(utf16["stdout"]).trim()).toBe("wide");
      expect(utf16["stdoutBase64"]).toMatch(/^dwBpAGQAZQ/);
      const utf8 = await shown("utf8.txt");
      expect(utf8["stdout"]).toBe("ünï");
      expect(utf8["stdoutBase64"]).toBeUndefined();
    });
  });
});
