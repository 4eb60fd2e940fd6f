import type { z } from "zod";
import { typed, type SoapValue } from "../../soap/soap-value";
import { dataObject, dateTime, integer, optional, required, text } from "../xsd";

/**
 * GuestProcessInfo (docs/reference/guest-operations.md#processes): endTime and exitCode only for ended programs that
 * StartProgram started.
 */
export const guestProcessInfo = dataObject({
  name: required(text),
  pid: required(integer),
  owner: required(text),
  cmdLine: required(text),
  startTime: required(dateTime),
  endTime: optional(dateTime),
  exitCode: optional(integer),
});
export type GuestProcessInfo = z.output<typeof guestProcessInfo>;

/**
 * GuestProgramSpec: on POSIX the agent runs `"programPath" arguments` through bash, on Windows there is no shell.
 * `envVariables` (NAME=VALUE) replace the whole environment when there is at least one.
 */
export interface GuestProgramSpec {
  readonly programPath: string;
  readonly arguments: string;
  readonly workingDirectory?: string;
  readonly envVariables?: readonly string[];
  /** Windows with interactiveSession only; its presence makes the spec a GuestWindowsProgramSpec. */
  readonly startMinimized?: boolean;
}

/** The wire form of a program spec. */
export function programSpecValue(spec: GuestProgramSpec): SoapValue {
  const { programPath, workingDirectory, envVariables, startMinimized } = spec;
  const fields = { programPath, arguments: spec.arguments, workingDirectory, envVariables };
  return startMinimized === undefined
    ? typed("GuestProgramSpec", fields)
    : typed("GuestWindowsProgramSpec", { ...fields, startMinimized });
}
