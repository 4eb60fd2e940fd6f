const secondsOf: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds of a time as Pulumi's customTimeouts give it, in Go's way: "1h30m", "90s". Undefined where it is none: the engine refuses that itself. */
export function durationSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(\.\d+)?(h|m|s|ms|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|h|m|s)/g)];
  return parts.reduce((sum, [, number, unit = "s"]) => sum + Number(number) * (secondsOf[unit] ?? 0), 0);
}
