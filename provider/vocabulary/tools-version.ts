/**
 * Version of VMware Tools in its usual form. vSphere tells a number, major * 1024 + minor * 32 + patch: 12352 is 12.2.0.
 * Anything else is passed as it is.
 */
export function formatToolsVersion(reported: string | undefined): string | undefined {
  if (reported === undefined || !/^\d+$/.test(reported)) return reported;
  const number = Number(reported);
  return [Math.floor(number / 1024), Math.floor(number / 32) % 32, number % 32].join(".");
}

/** Compares dotted versions by their numbers; missing parts count as 0. */
export function isAtLeast(version: string, minimum: string): boolean {
  const [have, want] = [parts(version), parts(minimum)];
  for (let index = 0; index < 3; index++) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function parts(version: string): number[] {
  return version.split(".").map(Number);
}
