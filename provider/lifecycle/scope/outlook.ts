import type { BroughtPath } from "../../resources/resource-kind";
import type { GuestSource } from "./context";

/**
 * What one process has learned of a server while it looked at what a program declares: an operation of the engine's has
 * one process, so this is what a preview knows.
 */
export class Outlook {
  readonly #closed = new Set<string>();
  readonly #coming = new Map<string, { readonly exact: Set<string>; readonly above: Set<string> }>();

  /** True where a look has failed for a reason that holds for this whole: a server, or a login in a machine. */
  isClosed(whole: string): boolean {
    return this.#closed.has(whole);
  }

  /** Remembers that looks at this whole fail; true for the first who says so. */
  close(whole: string): boolean {
    const isNews = !this.#closed.has(whole);
    this.#closed.add(whole);
    return isNews;
  }

  /** Remembers what is in a machine once a resource of the program is as declared. */
  expect(instanceUuid: string, brought: readonly BroughtPath[]): void {
    const coming = this.#coming.get(instanceUuid) ?? { exact: new Set(), above: new Set() };
    this.#coming.set(instanceUuid, coming);
    for (const { path, withAllBelow } of brought)
      (withAllBelow === true ? coming.above : coming.exact).add(keyOf(path));
  }

  isComing(instanceUuid: string, path: string): boolean {
    const coming = this.#coming.get(instanceUuid);
    const key = keyOf(path);
    return (
      coming !== undefined && (coming.exact.has(key) || [...coming.above].some((above) => key.startsWith(`${above}/`)))
    );
  }
}

const outlooks = new WeakMap<GuestSource, Outlook>();

/** The one of a server, under one login to it. */
export function outlookOf(source: GuestSource): Outlook {
  const outlook = outlooks.get(source) ?? new Outlook();
  outlooks.set(source, outlook);
  return outlook;
}

/** Windows paths are the same in any case and with either separator. */
function keyOf(path: string): string {
  const even = path.startsWith("/") ? path : path.replaceAll("\\", "/").toLowerCase();
  return even.replace(/\/+$/, "");
}
