import type { GuestUser } from "../guest-agent";

/** Home directory of an account. */
export function profileOf(user: GuestUser): string {
  return `C:\\Users\\${user.name}`;
}

/** The environment block that a login gets, in the order of Windows. */
export function windowsEnvironment(user: GuestUser): string[] {
  const profile = profileOf(user);
  return [
    "ALLUSERSPROFILE=C:\\ProgramData",
    `APPDATA=${profile}\\AppData\\Roaming`,
    "CommonProgramFiles=C:\\Program Files\\Common Files",
    "COMPUTERNAME=GUEST",
    "ComSpec=C:\\Windows\\system32\\cmd.exe",
    "HOMEDRIVE=C:",
    `HOMEPATH=${profile.slice(2)}`,
    `LOCALAPPDATA=${profile}\\AppData\\Local`,
    "NUMBER_OF_PROCESSORS=2",
    "OS=Windows_NT",
    "Path=C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem",
    "PATHEXT=.COM;.EXE;.BAT;.CMD",
    "PROCESSOR_ARCHITECTURE=AMD64",
    "ProgramData=C:\\ProgramData",
    "ProgramFiles=C:\\Program Files",
    "PUBLIC=C:\\Users\\Public",
    "SystemDrive=C:",
    "SystemRoot=C:\\Windows",
    `TEMP=${profile}\\AppData\\Local\\Temp`,
    `TMP=${profile}\\AppData\\Local\\Temp`,
    "USERDOMAIN=GUEST",
    `USERNAME=${user.name}`,
    `USERPROFILE=${profile}`,
    "windir=C:\\Windows",
  ];
}

/** ReadEnvironmentVariableInGuest: names without regard to case. */
export function readWindowsEnvironment(user: GuestUser, names: readonly string[]): string[] {
  const entries = windowsEnvironment(user);
  if (names.length === 0) return entries;
  const byName = new Map(entries.map((entry) => [entry.slice(0, entry.indexOf("=")).toUpperCase(), entry]));
  return names.map((name) => byName.get(name.toUpperCase())).filter((entry) => entry !== undefined);
}
