/** Where a value stands below a resource: property names and array indices. */
export type Path = readonly (string | number)[];

/** A path as Pulumi writes it: `environment.PATH`, `arguments[2]`, `variables["a.b"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `${text}["${step.replace(/["\\]/g, "\\$&")}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The top-level property that a written path begins with. */
export function topLevelName(property: string): string {
  return /^[^.[]*/.exec(property)?.[0] ?? property;
}

/** True when `property` is `scope` or stands within it. */
export function isWithin(property: string, scope: string): boolean {
  return property === scope || property.startsWith(`${scope}.`) || property.startsWith(`${scope}[`);
}
