import type { AnyKind } from "../../resources/resource-kind";

/** The recorded outputs that an update leaves as they are, as far as a diff has told what differs. */
export function lastingOf(
  kind: AnyKind,
  recorded: object | undefined,
  update: { readonly differing: ReadonlySet<string> | undefined; readonly want: object },
): object {
  if (update.differing === undefined) return {};
  const names = kind.lasting?.(update.differing, update.want) ?? [];
  return Object.fromEntries(Object.entries(recorded ?? {}).filter(([name]) => names.includes(name)));
}
