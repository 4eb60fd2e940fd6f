/** A resource for people: the VM, the object in it. */
export function subjectOf(vmName: string, id: string): string {
  return [vmName, id.slice(id.indexOf(":") + 1)].filter(Boolean).join(" ");
}

/** Work for people: where, then what is done. `vm` is as the program says it, `id` that of a record. */
export function workOn(what: string, { vm, id = "" }: { readonly vm: unknown; readonly id?: string }): string {
  const where = subjectOf(nameOf(vm), id);
  return where === "" ? what : `${where}: ${what}`;
}

/** The selector as one reads it. */
function nameOf(vm: unknown): string {
  const parts = typeof vm === "object" && vm !== null ? Object.values(vm) : [vm];
  return parts.filter((part) => typeof part === "string").join(" ");
}
