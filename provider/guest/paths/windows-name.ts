/** Names of devices in every directory of a Windows guest, whatever follows a dot. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9\u00b9\u00b2\u00b3])\s*(\.|$)/i;

/**
 * Why Windows can't have an object of this path, undefined where it can or the path is a POSIX one. A dot or a blank at a name's end is dropped
 * by Windows, which takes the path for another object's.
 */
export function windowsPathFault(path: string): string | undefined {
  if (!/^[A-Za-z]:/.test(path)) return undefined;
  for (const name of path.slice(2).split(/[\\/]/)) {
    const fault = nameFault(name);
    if (fault !== undefined) return `has ${JSON.stringify(name)} in it, which ${fault}`;
  }
  return undefined;
}

function nameFault(name: string): string | undefined {
  const odd = /[<>:"|?*]/.exec(name)?.[0];
  if (odd !== undefined) return `holds ${odd}, and no name in Windows can`;
  if (name !== "." && name !== ".." && /[. ]$/.test(name)) {
    return "ends with a dot or a blank: Windows drops those, and means another object";
  }
  return deviceName.test(name) ? "is a device in Windows, not a file" : undefined;
}
