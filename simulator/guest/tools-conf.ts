import { lstatSync, readFileSync } from "node:fs";

/**
 * The switches of `[guestoperations]` in a guest's tools.conf, which count from the next call on. `disabled=true` turns
 * everything off and beats `<Operation>.disabled=false`; a value that is neither true nor false counts as false
 * (tools-corpus config-disabled).
 */
export class ToolsConf {
  private switches: ReadonlyMap<string, string> = new Map();
  private readVersion = "";

  /** `hostPath`: the file on the machine; it need not exist, and a link counts as none. */
  constructor(private readonly hostPath: string) {}

  /** `operation`: its name in the API, e.g. "ListFilesInGuest". */
  isDisabled(operation: string): boolean {
    this.refresh();
    return this.switches.get("disabled") === "true" || this.switches.get(`${operation}.disabled`) === "true";
  }

  private refresh(): void {
    const stats = lstatSync(this.hostPath, { throwIfNoEntry: false });
    const version = stats?.isFile() === true ? `${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.size}` : "";
    if (version === this.readVersion) return;
    this.readVersion = version;
    this.switches = version === "" ? new Map() : guestOperationsSection(readFileSync(this.hostPath, "utf8"));
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
