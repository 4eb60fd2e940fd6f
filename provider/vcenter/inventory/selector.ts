import { isIP } from "node:net";
import { GuestError } from "../../errors/guest-error";

/** How a program names a VM: a text that may have several readings, or an object with one property that says which. */
export type VmSelector = string | Readonly<Record<string, string>>;

/** The properties that such an object may have. */
export const vmProperties = [
  "moid",
  "instanceUuid",
  "biosUuid",
  "inventoryPath",
  "datastorePath",
  "dnsName",
  "ipAddress",
  "name",
] as const;

/** A UUID, with or without dashes. */
export const uuidPattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** One way to look a VM up. */
export interface VmQuery {
  readonly by: (typeof vmProperties)[number];
  readonly value: string;
}

/**
 * All that a selector can mean: a text has several readings, any may be a plain name, and no one of them goes before the
 * others. INVALID_INPUT for an empty or unknown selector.
 */
export function readingsOf(selector: VmSelector): VmQuery[] {
  return typeof selector === "string" ? readingsByForm(selector.trim()) : [queryByProperty(selector)];
}

/** For messages: `"web"`, or `inventoryPath "/DC0/vm/web"`. */
export function describeSelector(selector: VmSelector): string {
  if (typeof selector === "string") return `"${selector}"`;
  const { by, value } = queryByProperty(selector);
  return `${by} "${value}"`;
}

function readingsByForm(value: string): VmQuery[] {
  if (value === "") throw new GuestError("INVALID_INPUT", "vm: is empty.");
  return [...suggestedByForm(value).map((by) => queryBy(by, value)), queryBy("name", value)];
}

/** What the form of a text suggests beside a name. */
function suggestedByForm(value: string): VmQuery["by"][] {
  if (uuidPattern.test(value)) return ["instanceUuid", "biosUuid"];
  if (/^vm-\d+$/.test(value)) return ["moid"];
  if (/^\[[^\]]+\]/.test(value)) return ["datastorePath"];
  if (value.includes("/")) return ["inventoryPath"];
  if (isIP(value) !== 0) return ["ipAddress"];
  return /^[\w-]+(\.[\w-]+)*\.?$/.test(value) ? ["dnsName"] : [];
}

function queryBy(by: VmQuery["by"], value: string): VmQuery {
  return { by, value: by === "instanceUuid" || by === "biosUuid" ? dashed(value) : value };
}

function queryByProperty(selector: Readonly<Record<string, string>>): VmQuery {
  const given = Object.entries(selector);
  const [property, text] = given[0] ?? [];
  const by = vmProperties.find((known) => known === property);
  const value = typeof text === "string" ? text.trim() : "";
  if (given.length !== 1 || by === undefined || value === "") {
    throw new GuestError(
      "INVALID_INPUT",
      `vm: give text, or an object with exactly one of ${vmProperties.join(", ")}.`,
    );
  }
  return queryBy(by, value);
}

function dashed(uuid: string): string {
  const hex = uuid.replaceAll("-", "").toLowerCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
