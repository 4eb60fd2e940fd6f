/** A resource for people: `GuestFile "conf"`. */
export function labelOf(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  return `${type.split(":").at(-1)} "${name.join("::")}"`;
}

/** An object for people: the VM, the object in it. */
export function subjectOf(vmName: string, id: string): string {
  return [vmName, id.slice(id.indexOf(":") + 1)].filter(Boolean).join(" ");
}

/** A line for people about an object: `text` may name the machine, or the whole subject, already. */
export function lineOn(vmName: string, id: string, text: string): string {
  const subject = subjectOf(vmName, id);
  if (text.startsWith(`${subject}:`)) return text;
  const ofMachine = `${vmName}: `;
  return `${subject}: ${vmName !== "" && text.startsWith(ofMachine) ? text.slice(ofMachine.length) : text}`;
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
