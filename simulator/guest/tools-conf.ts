/** Names of the operations as tools.conf spells them, which is as the API does. */
export type ToolsOperation = string;

/**
 * The switches of `[guestoperations]` in a tools.conf text: `disabled=true` turns everything off and beats
 * `<Operation>.disabled=false`; a value that is neither true nor false counts as false (tools-corpus config-disabled).
 */
export function isOperationDisabled(toolsConf: string, operation: ToolsOperation): boolean {
  const switches = guestOperationsSection(toolsConf);
  return switches.get("disabled") === "true" || switches.get(`${operation}.disabled`) === "true";
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
