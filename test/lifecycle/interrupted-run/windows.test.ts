import { withWine } from "../windows/windows-guest";
import { interruptedRuns } from "./rules";

withWine("interrupted runs in Windows", () =>
  interruptedRuns({
    os: "windows",
    temporary: "Users/root/AppData/Local/Temp",
    script: (name, exitCode) =>
      [
        "@echo off",
        `echo ran>>C:\\srv\\runs${name}`,
        ":again",
        `if exist C:\\srv\\go${name} goto end`,
        // A pause of a second: cmd has no other.
        "ping -n 2 127.0.0.1 >nul",
        "goto again",
        ":end",
        "echo done",
        `exit /b ${exitCode}`,
      ].join("\n"),
  }),
);
