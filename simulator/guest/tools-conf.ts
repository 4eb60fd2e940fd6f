import { WatchedText } from "./watched-text";

/**
 * The switches of `[guestoperations]` in a guest's tools.conf, which count from the next call on. `disabled=true` turns
 * everything off and beats `<Operation>.disabled=false`; a value that is neither true nor false counts as false
 * (docs/reference/guest-operations.md#switched-off).
 */
export class ToolsConf {
  readonly #switches: WatchedText<ReadonlyMap<string, string>>;

  /** `hostPath`: the file on the machine; it need not exist. */
  constructor(hostPath: string) {
    this.#switches = new WatchedText(hostPath, guestOperationsSection);
  }

  /** `operation`: its name in the API, e.g. "ListFilesInGuest". */
  isDisabled(operation: string): boolean {
    const switches = this.#switches.get();
    return switches.get("disabled") === "true" || switches.get(`${operation}.disabled`) === "true";
  }
}

function guestOperationsSection(toolsConf: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = "";
  for (const line of toolsConf.split("\n").map((text) => text.trim())) {
    const header = /^\[(.*)\]$/.exec(line);
    if (header) section = header[1] ?? "";
    const pair = /^([^#=][^=]*?)\s*=\s*(.*)$/.exec(line);
    if (pair && section === "guestoperations") values.set(pair[1] ?? "", (pair[2] ?? "").trim());
  }
  return values;
}
