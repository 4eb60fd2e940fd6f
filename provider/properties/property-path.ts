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

/** The steps of a written path: the inverse of formatPath. What can't be read as one is a property's name as a whole. */
export function parsePath(text: string): Path {
  const steps = [...text.matchAll(/\.?([^.[\]]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]/g)];
  if (steps.map(([step]) => step).join("") !== text) return [text];
  return steps.map(([, name, index, quoted]) => {
    if (index !== undefined && index !== "*") return Number(index);
    return name ?? quoted?.replace(/\\(.)/g, "$1") ?? "*";
  });
}

/** True when `property` is `scope` or stands within it; in `scope`, `*` stands for any name or index. */
export function isWithin(property: string, scope: string): boolean {
  const [path, outer] = [parsePath(property), parsePath(scope)];
  return outer.length <= path.length && outer.every((step, index) => step === "*" || step === path[index]);
}
