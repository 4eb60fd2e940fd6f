import { z } from "zod";
import { metaOf, propertiesOf, unwrapped, type Schema } from "../vocabulary/property-meta";
import { nearestName } from "./nearest-name";
import { formatPath, type Path } from "./property-path";
import { isRecord, unknownValue } from "./property-value";
import { notUnknown, toleratingUnknowns } from "./unknown-tolerance";

/** One reason why a value is refused, with the property's path as Pulumi writes it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export type Validated =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failures: Failure[] };

/**
 * Validates against a schema of the kinds. Unknown values pass. All failures are found at once: rules over several
 * properties, which zod skips while a property is wrong, are asked again with the wrong ones taken for unknown.
 */
export function validate(schema: Schema, value: Readonly<Record<string, unknown>>): Validated {
  const first = parse(schema, value);
  if (first.success) return { ok: true, value: first.data };
  const shape = first.error.issues.flatMap((issue) => explain(schema, value, issue));
  const doubtful = new Set(first.error.issues.map((issue) => String(issue.path[0] ?? "")));
  const known = Object.keys(propertiesOf(schema));
  const rest = Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => known.includes(name))
      .map(([name, item]) => [name, doubtful.has(name) ? unknownValue : item]),
  );
  for (const name of doubtful) if (known.includes(name) && !(name in rest)) rest[name] = unknownValue;
  const second = parse(schema, rest);
  const across = second.success ? [] : second.error.issues.flatMap((issue) => explain(schema, rest, issue));
  return { ok: false, failures: withoutRepetition([...shape, ...across]) };
}

function parse(schema: Schema, value: unknown) {
  return z.safeParse(toleratingUnknowns(schema, value), value);
}

/** What an issue means to the person who wrote the program. Never the value itself, which may be secret. */
function explain(schema: Schema, value: unknown, issue: z.core.$ZodIssue): Failure[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== "symbol");
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownProperty(schema, path, key));
    case "invalid_union":
      return explainUnion(schema, value, issue, path);
    case "invalid_type":
      return [failure(path, valueAt(value, path) === undefined ? "is required" : `must be ${article(issue.expected)}`)];
    case "invalid_key":
      return [failure(path, issue.issues.map(({ message }) => message).join(", "))];
    case "invalid_value":
      return [
        failure(path, `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(quoted).join(", ")}`),
      ];
    default:
      return [failure(path, issue.message)];
  }
}

/** Of the alternatives, the one that the value comes nearest to speaks. */
function explainUnion(schema: Schema, value: unknown, issue: z.core.$ZodIssueInvalidUnion, path: Path): Failure[] {
  if (valueAt(value, path) === undefined) return [failure(path, "is required")];
  const options = issue.errors.filter((issues) => !issues.every((one) => one.message === notUnknown));
  const fitting = options.filter(
    (issues) => !issues.some((one) => one.code === "invalid_type" && one.path.length === 0),
  );
  if (fitting.length === 0) {
    const expected = options.flat().map((one) => (one.code === "invalid_type" ? article(one.expected) : ""));
    return [failure(path, `must be ${[...new Set(expected)].filter(Boolean).join(" or ")}`)];
  }
  const unknownKeys = fitting.map((issues) => issues.find((one) => one.code === "unrecognized_keys")?.keys ?? []);
  const strange = (unknownKeys[0] ?? []).filter((key) => unknownKeys.every((keys) => keys.includes(key)));
  if (strange.length > 0) return strange.map((key) => unknownProperty(schema, path, key));
  const fewest = Math.min(...fitting.map((issues) => issues.length));
  const nearest = fitting.filter((issues) => issues.length === fewest);
  if (nearest.length > 1) return [failure(path, nearest.map((issues) => issues[0]?.message ?? "").join(", or "))];
  return (nearest[0] ?? []).flatMap((one) => explain(schema, value, { ...one, path: [...path, ...one.path] }));
}

function unknownProperty(schema: Schema, path: Path, key: string): Failure {
  const renamed = path.length === 0 ? presentSpelling(schema, key) : undefined;
  if (renamed !== undefined) return failure([key], `is no longer known; write ${renamed} in its place`);
  const near = nearestName(key, namesAt(schema, path));
  return failure([...path, key], near === undefined ? "unknown property" : `unknown property; did you mean ${near}?`);
}

/** How an input that the schema had formerly is written now. */
function presentSpelling(schema: Schema, key: string): string | undefined {
  const found = Object.entries(propertiesOf(schema)).find(([, property]) => metaOf(property).formerly?.name === key);
  if (found === undefined) return undefined;
  const [name, property] = found;
  return Object.values(metaOf(property).formerly?.values ?? {})
    .map((value) => `${name}: ${quoted(value)}`)
    .join(" or ");
}

/** The property names that a schema knows at a path, over all alternatives. */
function namesAt(schema: Schema, path: Path): string[] {
  const bare = unwrapped(schema);
  const def = bare._zod.def as z.core.$ZodTypeDef & { options?: Schema[]; valueType?: Schema; element?: Schema };
  if (def.options !== undefined) return [...new Set(def.options.flatMap((option) => namesAt(option, path)))];
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(propertiesOf(bare));
  const next = propertiesOf(bare)[step] ?? def.valueType ?? def.element;
  return next === undefined ? [] : namesAt(next, rest);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return at[Number(step)] as unknown;
    return isRecord(at) ? at[step] : undefined;
  }, value);
}

function failure(path: Path, reason: string): Failure {
  return { property: formatPath(path), reason };
}

function withoutRepetition(failures: readonly Failure[]): Failure[] {
  const seen = new Map(failures.map((one) => [`${one.property}\0${one.reason}`, one]));
  return [...seen.values()];
}

function article(type: string): string {
  const named: Record<string, string> = {
    record: "an object",
    object: "an object",
    array: "a list",
    int: "a whole number",
  };
  return named[type] ?? `a ${type}`;
}

function quoted(value: unknown): string {
  return JSON.stringify(value);
}
