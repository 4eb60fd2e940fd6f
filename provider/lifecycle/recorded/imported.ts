import type { AnyKind } from "../../resources/resource-kind";
import { metaOf, namesWhere, propertiesOf } from "../../vocabulary/property-meta";
import { topLevelName } from "../../properties/property-path";
import { holdsUnknown, type PropertyMap } from "../../properties/property-value";

/** True for a record that an import made: it tells what the id does, and nothing yet of what the program declares. */
function isImported(state: object | undefined): boolean {
  return (state as { readonly imported?: unknown } | undefined)?.imported === true;
}

/**
 * True for a property that the record of an import leaves open and that the guest itself tells: what the program says of it
 * first is a difference only where the guest has it otherwise (docs/decisions/imports-agree.md).
 */
export function isLeftOpen(
  kind: AnyKind,
  recorded: object | undefined,
  inputs: PropertyMap,
  property: string,
): boolean {
  const name = topLevelName(property);
  const schema = propertiesOf(kind.inputs)[name];
  if (!isImported(recorded) || schema === undefined || metaOf(schema).seenInGuest !== true) return false;
  const before = (recorded as Readonly<Record<string, unknown>>)[name] ?? undefined;
  return before === undefined && inputs[name] !== undefined && !holdsUnknown(inputs[name]);
}

/** What a read records of it: an import is one until an update records what is declared. */
export function importedState(kind: AnyKind, isRecorded: boolean, state: object | undefined): { imported?: true } {
  const tells = "imported" in propertiesOf(kind.state);
  return tells && (!isRecorded || isImported(state)) ? { imported: true } : {};
}

/** Outputs that tell of contents of which the program has not said yet whether they are secret. */
export function secretUntilDeclared(kind: AnyKind, state: object): string[] {
  if (!isImported(state)) return [];
  const isDeclared = (name: string) => ((state as Readonly<Record<string, unknown>>)[name] ?? undefined) !== undefined;
  return namesWhere(kind.state, (output) => {
    const { tellsOf } = metaOf(output);
    return tellsOf !== undefined && !tellsOf.some(isDeclared);
  });
}
