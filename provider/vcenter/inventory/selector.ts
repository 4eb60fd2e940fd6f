import { isIP } from "node:net";
import { GuestError } from "../../errors/guest-error";

/** How a program names a VM: text told apart by shape, or an object with one property that says which. */
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

/** The ways to try, in order, until one finds something. INVALID_INPUT for an empty or unknown selector. */
export function vmQueries(selector: VmSelector): VmQuery[] {
  return typeof selector === "string" ? queriesByShape(selector.trim()) : [queryByProperty(selector)];
}

/** For messages: `"web"`, or `inventoryPath "/DC0/vm/web"`. */
export function describeSelector(selector: VmSelector): string {
  if (typeof selector === "string") return `"${selector}"`;
  const { by, value } = queryByProperty(selector);
  return `${by} "${value}"`;
}

function queriesByShape(value: string): VmQuery[] {
  const tryAs = (...ways: VmQuery["by"][]): VmQuery[] => ways.map((by) => ({ by, value }));
  if (value === "") throw new GuestError("INVALID_INPUT", "vm: is empty.");
  if (uuidPattern.test(value)) return tryAs("instanceUuid", "biosUuid").map(({ by }) => ({ by, value: dashed(value) }));
  if (/^vm-\d+$/.test(value)) return tryAs("moid", "name");
  if (/^\[[^\]]+\]/.test(value)) return tryAs("datastorePath");
  if (value.includes("/")) return tryAs("inventoryPath");
  if (isIP(value) !== 0) return tryAs("ipAddress");
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+\.?$/i.test(value)) return tryAs("dnsName", "name");
  return tryAs("name", "dnsName");
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
  return { by, value: by === "instanceUuid" || by === "biosUuid" ? dashed(value) : value };
}

function dashed(uuid: string): string {
  const hex = uuid.replaceAll("-", "").toLowerCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
