import type { z } from "zod";
import { unknownSentinel } from "../provider/properties/wire-value";
import { type KindToken, resourceKinds } from "../provider/resources";
import type { commonInputs } from "../provider/vocabulary/inputs";

/** A resource of one kind and its life, for tests, fault matrix and bench alike; `vm` and the like come from who uses it. */
export interface Sample<I = object> {
  readonly first: I;
  /** What the program declares otherwise later. */
  readonly changed: I;
  /** Inputs that a preview does not know yet, in the wire's words. */
  readonly unknown: object;
  /** What the fault matrix declares besides, so that there is more that may go wrong. */
  readonly eventful: I;
  /** So many requests each verb may send in an open session, the polls of a run aside. */
  readonly requests: {
    readonly create: number;
    readonly unchanged: number;
    readonly update: number;
    readonly delete: number;
  };
}

type InputsOf<Token extends KindToken> = z.infer<Extract<(typeof resourceKinds)[number], { token: Token }>["inputs"]>;
type OwnInputsOf<Token extends KindToken> = Partial<Omit<InputsOf<Token>, keyof typeof commonInputs>>;

/** A certificate whose key nobody has, DER in base64. */
const certificate =
  "MIIBnTCCAUOgAwIBAgIUbjrNnD+MX1LX1Pnv2WSxDgGLaC4wCgYIKoZIzj0EAwIwIzEhMB8GA1UEAwwYc2FtcGxlcyBvZiB2" +
  "c3BoZXJlLWd1ZXN0MCAXDTI2MTEyNzE0MjU0MFoYDzIxMjYxMTAzMTQyNTQwWjAjMSEwHwYDVQQDDBhzYW1wbGVzIG9mIHZz" +
  "cGhlcmUtZ3Vlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQmLzm5/1CB/DOrUb366NgI4+cdjTe9TEpZluQAedW4OGsz" +
  "goUCudzBu8KyDjXFTEwWMqverb4/QHwg44H/b6ySo1MwUTAdBgNVHQ4EFgQUOI2+UgL6SivWBLvXwo1CB0NO3kcwHwYDVR0j" +
  "BBgwFoAUOI2+UgL6SivWBLvXwo1CB0NO3kcwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBflmLLAOqsyZS0" +
  "670q6jA0hLGXvUeZN4jCiigH7ey9nQIhALV9eReNY/p9FA9wXLt3IPx65ty031bRPRhV9G4VXPUl";

/** Kinds of which only Windows guests have any. */
type WindowsToken = "GuestRegistryKey";
/** Kinds that POSIX guests have. */
export type PosixToken = Exclude<KindToken, WindowsToken>;
type SamplesOf<Tokens extends KindToken> = { readonly [Token in Tokens]: Sample<OwnInputsOf<Token>> };

/** A sample for every kind that POSIX guests have: one that is missing does not compile. */
export type Samples = SamplesOf<PosixToken>;

/** The kinds that POSIX guests have. */
export const posixKinds = resourceKinds.filter(
  (kind): kind is Exclude<(typeof resourceKinds)[number], { token: WindowsToken }> => kind.token !== "GuestRegistryKey",
);

/** One resource of each kind that only Windows guests have. */
export const windowsSamples: SamplesOf<WindowsToken> = {
  GuestRegistryKey: {
    first: { path: "HKLM\\SOFTWARE\\Sample\\Key", values: { Text: "one", Number: { dword: 1 } } },
    changed: { values: { Text: "two", List: { multiString: ["a", "b"] } } },
    unknown: { values: { Text: unknownSentinel } },
    eventful: {},
    // The key, the one above it and the one above that are looked for; at delete what the first two hold.
    requests: { create: 3 + 1 + 2, unchanged: 1, update: 1 + 3, delete: 3 + 3 },
  },
};

/**
 * One resource of each kind, all in this directory of a POSIX guest, which is there: `one-file`, `one-directory`, and
 * `runs` with a line for each program run ("ran", "gone").
 */
export function samplesIn(directory: string): Samples {
  const append = (line: string) => `echo ${line} >>${directory}/runs`;
  return {
    GuestFile: {
      first: { path: `${directory}/one-file`, content: "one", mode: "0644" },
      changed: { content: "two", mode: "0640" },
      unknown: { content: unknownSentinel },
      eventful: { path: `${directory}/made/one-file`, createParents: true },
      // A file that others may not read is made first, empty and 0600: one more. At delete a look for what a killed
      // deploy has left, shared by all files of the directory.
      requests: { create: 5, unchanged: 1, update: 5 + 1, delete: 2 },
    },
    GuestDirectory: {
      first: { path: `${directory}/one-directory`, mode: "0750" },
      changed: { mode: "0700" },
      unknown: { mode: unknownSentinel },
      eventful: { path: `${directory}/made/one-directory`, createParents: true, recursiveDelete: true },
      requests: { create: 3, unchanged: 1, update: 2, delete: 1 },
    },
    GuestProgramRun: {
      first: { script: append("ran"), delete: append("gone") },
      changed: { triggers: [1] },
      unknown: { script: unknownSentinel, environment: { A: unknownSentinel } },
      eventful: {
        script: `${append("ran")}; echo done`,
        update: `${append("ran")}; echo done`,
        delete: `${append("gone")}; echo done`,
      },
      // One more than a start and its tidying up: the run's directory is made before a command line shows its name. The
      // delete command finds outputs in its environment, over the guest's own, which is read once in a session.
      requests: { create: 2 + 1, unchanged: 0, update: 2 + 1, delete: 3 + 1 },
    },
    GuestEnvCheck: {
      first: { variables: { HOME: "/root" }, paths: { "/etc": "directory" } },
      changed: { guestFamily: "linuxGuest" },
      unknown: { variables: { HOME: unknownSentinel } },
      eventful: {},
      requests: { create: 2, unchanged: 2, update: 2, delete: 0 },
    },
    GuestAlias: {
      first: { username: "root", certificate, subject: "sample@corp", comment: "one" },
      changed: { comment: "two" },
      unknown: { comment: unknownSentinel },
      eventful: {},
      // Two look for it: the account's aliases and what certificates stand for. A comment is changed by a removal, which looks again.
      requests: { create: 3, unchanged: 2, update: 5, delete: 2 },
    },
    MachineCustomization: {
      first: {
        directories: [{ path: `${directory}/customized`, mode: "0750" }],
        files: [{ path: `${directory}/customized/file`, content: "one", mode: "0644" }],
        programs: [{ script: "echo customized" }],
      },
      changed: { files: [{ path: `${directory}/customized/file`, content: "two", mode: "0644" }] },
      unknown: { programs: unknownSentinel },
      eventful: {},
      // As those of a directory, a file and a run together; what is unchanged is looked at, and the run follows the file.
      requests: { create: 3 + 5 + 3, unchanged: 2, update: 1 + 5 + 3, delete: 2 + 3 },
    },
  };
}
