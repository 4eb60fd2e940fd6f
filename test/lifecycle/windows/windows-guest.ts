import { inOneGuest, type OneGuest } from "../one-guest";
import { hasWine } from "../../../simulator/guest/windows/wine-template";

/** Declares rules about one Windows guest, through each host. */
export function inWindowsGuest(rules: (guest: OneGuest) => void): void {
  inOneGuest(rules, { os: "windows" });
}

/** Rules whose programs need the cmd.exe of Wine; where that is not installed a line says what was skipped. */
export function withWine(subject: string, rules: () => void): void {
  if (hasWine()) return rules();
  process.stderr.write(`SKIPPED: ${subject}, since \`wine\` is not installed here\n`);
  test.skip(subject, () => {});
}
