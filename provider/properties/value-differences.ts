import { signatureKey } from "../resources/sources/asset";
import { isRecord, Unknown } from "./property-value";
import type { Path } from "./property-path";
import { ownValue } from "../values/own-value";

/** One place at which two values differ. */
export interface ValueDifference {
  readonly path: Path;
  readonly kind: "add" | "update" | "delete";
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * The places at which `to` differs from `from`, as deep as both have the same shape. A property that is undefined is
 * the same as one that is absent. An unknown differs from everything.
 */
export function differencesBetween(from: unknown, to: unknown, path: Path = []): ValueDifference[] {
  if (to instanceof Unknown || from instanceof Unknown) return [{ path, kind: "update", from, to }];
  if (from === undefined || to === undefined) return absentDifference(from, to, path);
  if (isRecord(from) && isRecord(to)) return recordDifferences(from, to, path);
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return to.flatMap((item, index) => differencesBetween(from[index], item, [...path, index]));
  }
  return Object.is(from, to) ? [] : [{ path, kind: "update", from, to }];
}

/** True when both values are the same, property by property. */
export function sameValue(a: unknown, b: unknown): boolean {
  return differencesBetween(a, b).length === 0;
}

function absentDifference(from: unknown, to: unknown, path: Path): ValueDifference[] {
  if (from === to) return [];
  return [{ path, kind: from === undefined ? "add" : "delete", from, to }];
}

function recordDifferences(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
  path: Path,
): ValueDifference[] {
  if (signatureKey in from && signatureKey in to) return assetDifference(from, to, path);
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].flatMap((name) => differencesBetween(ownValue(from, name), ownValue(to, name), [...path, name]));
}

/**
 * Assets are the same when their bytes are: in diffs the engine leaves all but the hash out
 * (docs/reference/pulumi.md#values-on-the-wire).
 */
function assetDifference(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
  path: Path,
): ValueDifference[] {
  const same =
    from[signatureKey] === to[signatureKey] &&
    (from.hash !== undefined && to.hash !== undefined
      ? from.hash === to.hash
      : from.path === to.path && from.text === to.text && from.uri === to.uri);
  return same ? [] : [{ path, kind: "update", from, to }];
}
