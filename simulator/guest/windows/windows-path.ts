import { VixError } from "../guest-agent";
import { vixErrors } from "../vix";

const pathLimitCharacters = 32_767;
const nameLimitCharacters = 255;

/**
 * Names below drive C: that a Windows path stands for: both slashes separate, "." and ".." are taken out as text,
 * trailing dots and blanks of a name do not count. Relative paths start at C:\. Another drive is not there.
 */
export function parseWindowsPath(path: string): string[] {
  if (path.length > pathLimitCharacters) throw new VixError(vixErrors.FILE_NAME_TOO_LONG);
  const text = path.replaceAll("/", "\\").replace(/^\\\\\?\\(?=[A-Za-z]:)/, "");
  const drive = /^([A-Za-z]):/.exec(text)?.[1]?.toUpperCase();
  if (text.startsWith("\\\\") || (drive ?? "C") !== "C") throw new VixError(vixErrors.FILE_NOT_FOUND);
  const names: string[] = [];
  for (const name of text.replace(/^[A-Za-z]:/, "").split("\\")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(checkedName(name.replace(/[. ]+$/, "")));
  }
  return names;
}

function checkedName(name: string): string {
  // eslint-disable-next-line no-control-regex -- names of Windows files hold none
  if (name === "" || /[<>:"|?*\x00-\x1f]/.test(name)) throw new VixError(vixErrors.FILE_NAME_INVALID);
  if (name.length > nameLimitCharacters) throw new VixError(vixErrors.FILE_NAME_TOO_LONG);
  return name;
}
