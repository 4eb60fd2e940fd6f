import { GuestError } from "../../../errors/guest-error";

/** Variables by their name in lower case, since Windows ignores case: name as written, and value. */
export type WindowsVariables = ReadonlyMap<string, readonly [name: string, value: string]>;

/** Variables that differ in case only are one: the last counts. */
export function windowsVariables(variables: ReadonlyMap<string, string>): WindowsVariables {
  const bad = [...variables.keys()].find((name) => name === "" || /[\0]|.=/.test(name));
  if (bad !== undefined) {
    throw new GuestError("INVALID_INPUT", `environment: ${JSON.stringify(bad)} is no name of a variable.`);
  }
  return new Map([...variables].map(([name, value]) => [name.toLowerCase(), [name, value]]));
}
