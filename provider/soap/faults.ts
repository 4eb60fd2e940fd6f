import { GuestError, type VimFault } from "../errors/guest-error";
import { faultMeanings, unknownFault, vixMeanings, type FaultMeaning } from "./fault-table";
import { ManagedObjectReference } from "./managed-object-reference";
import type { SoapElement } from "./soap-element";
import { ownValue } from "../values/own-value";

/** Longest text of a fault that is kept: messages of vSphere are a few sentences. */
const maxTextLength = 2_000;
/** Longest name of a fault's type that is kept. */
const maxNameLength = 100;
/** Longest list in a fault that is kept; the longest of vSphere's name some dozens of privileges. */
const maxListLength = 100;

/** The GuestError for a `<Fault>` element that answered `method` (docs/reference/protocol.md#faults-on-the-wire). */
export function faultError(method: string, fault: SoapElement): GuestError {
  const detail = Object.values(fault.children["detail"]?.[0]?.children ?? {})[0]?.[0];
  const message = kept(fault.children["faultstring"]?.[0]?.text ?? "").trim();
  return vimFaultError(method, decodeFault(detail, message));
}

/**
 * The GuestError for a LocalizedMethodFault: a task's `error`, a missing property's `fault`
 * (docs/reference/protocol.md#faults-on-the-wire).
 */
export function localizedFaultError(method: string, localized: SoapElement): GuestError {
  const message = kept(localized.children["localizedMessage"]?.[0]?.text ?? "").trim();
  return vimFaultError(method, decodeFault(localized.children["fault"]?.[0], message));
}

function vimFaultError(method: string, fault: VimFault): GuestError {
  const { code, retryable } = meaningOf(fault);
  return new GuestError(code, `${method} was refused: ${fault.message || "no reason given"} [${fault.name}]`, {
    retryable,
    fault,
  });
}

function decodeFault(detail: SoapElement | undefined, message: string): VimFault {
  if (detail === undefined) return { name: "unknown", message, fields: {} };
  const name = (detail.xsiType ?? detail.name.replace(/Fault$/, "")).slice(0, maxNameLength);
  const fields = plainFields(detail);
  if (name !== "SystemError") return { name, message, fields };
  const vix = /\((\d+),\s*(\d+)\)/.exec(`${textOf(fields["reason"])} ${message}`);
  return { name, message, fields: vix === null ? fields : { ...fields, vixError: Number(vix[1]) } };
}

function meaningOf(fault: VimFault): FaultMeaning {
  const { vixError, obj } = fault.fields;
  if (typeof vixError === "number") return vixMeanings[vixError] ?? unknownFault;
  if (fault.name === "ManagedObjectNotFound" && obj instanceof ManagedObjectReference) {
    return obj.type === "VirtualMachine" ? { code: "VM_NOT_FOUND", retryable: false } : unknownFault;
  }
  return ownValue(faultMeanings, fault.name) ?? unknownFault;
}

function plainFields(element: SoapElement): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(element.children)
      .slice(0, maxListLength)
      .map(([name, found]) => [
        name,
        found.length === 1 && found[0] !== undefined ? plain(found[0]) : found.slice(0, maxListLength).map(plain),
      ]),
  );
}

function plain(element: SoapElement): unknown {
  const type = element.attributes["type"];
  if (type !== undefined) return new ManagedObjectReference(kept(type), kept(element.text));
  return Object.keys(element.children).length === 0 ? kept(element.text) : plainFields(element);
}

/** What is kept of a text of the server's: it is printed, and may be as long as an answer. */
function kept(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}… (${text.length} characters)` : text;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
