import { z } from "zod";
import { GuestError } from "../../errors/guest-error";
import { topLevelName, type Path } from "../../properties/property-path";
import { isRecord, withoutInternal, type PropertyMap } from "../../properties/property-value";
import { validate, type Failure } from "../../properties/validation";
import type { AnyKind } from "../../resources/resource-kind";
import { metaOf, propertiesOf } from "../../vocabulary/property-meta";
import { recordedInstanceUuid } from "../scope/guest-access";

type Properties = Readonly<Record<string, unknown>>;

/** What a record tells: the state of an earlier deploy, of an earlier version perhaps, or one that was edited by hand. */
export interface DecodedRecord {
  /** As far as it can be read; undefined when too little is left to be a state. */
  readonly state: object | undefined;
  /** What can't be read, and why; never a value. */
  readonly unreadable: readonly Failure[];
}

/**
 * Reads a record. What the kind does not know is dropped; numbers and booleans that have become text are read as what
 * they were. What is missing is as the id tells, else as the kind takes it (`whereUnrecorded`). So is what can't be read,
 * but that is told.
 */
export function decodeRecord(kind: AnyKind, recorded: PropertyMap, id = ""): DecodedRecord {
  const known = propertiesOf(kind.state);
  const given = Object.entries(withoutInternal(recorded)).filter(([name, value]) => name in known && value !== null);
  const otherwise = { ...toldBy(kind, id), ...kind.whereUnrecorded };
  let candidate: Properties = { ...otherwise, ...respelled(kind, recorded), ...Object.fromEntries(given) };
  const unreadable: Failure[] = [];
  for (;;) {
    const parsed = z.safeParse(kind.state, candidate);
    if (parsed.success) return { state: onlyRecorded(parsed.data, candidate), unreadable };
    const { issues } = parsed.error;
    const plain = issues.reduce(withoutText, candidate);
    if (plain === candidate) {
      const names = new Set(issues.map((issue) => String(issue.path[0] ?? "")));
      const validated = validate(kind.state, candidate);
      if (!validated.ok) unreadable.push(...validated.failures.filter((one) => names.has(topLevelName(one.property))));
      if (![...names].some((name) => name in candidate)) return { state: undefined, unreadable };
      const left = Object.entries(candidate).filter(([name]) => !names.has(name));
      const kept = Object.entries(otherwise).filter(([name, value]) => names.has(name) && candidate[name] !== value);
      candidate = Object.fromEntries([...left, ...kept]);
    } else {
      candidate = plain;
    }
  }
}

/** Names of the properties that can't be read. */
export function unreadableNames({ unreadable }: DecodedRecord): ReadonlySet<string> {
  return new Set(unreadable.map(({ property }) => topLevelName(property)));
}

/** The state with what can't be read as it stands: of that, too, something may have to be taken away. */
export function withUnreadable(record: DecodedRecord, recorded: PropertyMap): object {
  const names = unreadableNames(record);
  return { ...Object.fromEntries(Object.entries(recorded).filter(([name]) => names.has(name))), ...record.state };
}

/** What can't be read, for people. */
export function tellUnreadable({ unreadable }: DecodedRecord): string {
  return unreadable.map(({ property, reason }) => `${property} ${reason}`).join("; ");
}

/** How a record is put right that can't be read: what could lose it is no way. */
export const mendingRecords =
  "Put it right with pulumi stack export, an editor and pulumi stack import, or use the version of pulumi-vsphere-guest that wrote it.";

/** The error of work that needs what can't be read. */
export function unreadableRecord(kind: AnyKind, id: string, record: DecodedRecord): GuestError {
  return new GuestError(
    "INVALID_INPUT",
    `${kind.token} ${id}: its record can't be read: ${tellUnreadable(record)}. Nothing was done in the guest. ${mendingRecords}`,
  );
}

/** What a record says in words of an earlier version, in those of today. */
function respelled(kind: AnyKind, recorded: PropertyMap): Properties {
  return Object.fromEntries(
    Object.entries(propertiesOf(kind.inputs)).flatMap(([name, schema]) => {
      const { formerly } = metaOf(schema);
      const value = formerly === undefined ? undefined : formerly.values[JSON.stringify(recorded[formerly.name])];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What an id says of the object: the machine, and what the kind makes of the rest. */
function toldBy(kind: AnyKind, id: string): Properties {
  const instanceUuid = recordedInstanceUuid(id, undefined);
  return instanceUuid === undefined ? {} : { vm: instanceUuid, instanceUuid, ...kind.parseId(id) };
}

/** Without the defaults that a schema adds: they would look like words of the program's. */
function onlyRecorded(parsed: object, recorded: Properties): object {
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => name in recorded));
}

/** With a number or boolean where that was asked for and its text stands. */
function withoutText(value: Properties, issue: z.core.$ZodIssue): Properties {
  if (issue.code !== "invalid_type") return value;
  const path = issue.path.filter((step): step is string | number => typeof step !== "symbol");
  return replaced(value, path, (text) => {
    if (issue.expected === "boolean" && (text === "true" || text === "false")) return text === "true";
    const isNumber = issue.expected === "number" || issue.expected === "int";
    return isNumber && typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  }) as Properties;
}

/** The value with another one at a path; the same one where that makes no difference. */
function replaced(value: unknown, [step, ...rest]: Path, by: (old: unknown) => unknown): unknown {
  if (step === undefined) return by(value);
  if (!isRecord(value) && !Array.isArray(value)) return value;
  const old: unknown = (value as Record<string | number, unknown>)[step];
  const now = replaced(old, rest, by);
  if (now === old) return value;
  return Array.isArray(value) ? value.with(Number(step), now) : { ...value, [step]: now };
}
