import { secretOutputs } from "../../../provider/lifecycle/recorded/state";
import { guestDirectory, guestEnvCheck, guestFile, guestProgramRun } from "../../../provider/resources";
import type { AnyKind } from "../../../provider/resources/resource-kind";

/** What is told of a secret is as good as a short secret: hashes, sizes, names. */
test.each<[AnyKind, string, string[]]>([
  [guestFile, "content", ["modifiedAt", "sha256", "sizeBytes"]],
  [guestFile, "owner", ["ownerId"]],
  [guestDirectory, "source", ["adopted", "directories", "files", "sha256"]],
  [guestProgramRun, "stdin", ["logs", "stderr", "stderrBase64", "stdout", "stdoutBase64"]],
  [guestEnvCheck, "paths", ["failures", "report"]],
])("outputs that come of a secret input are secret: %#", (kind, input, expected) => {
  const always = secretOutputs(kind, new Set());
  const secret = [...secretOutputs(kind, new Set([input]))].filter((name) => !always.has(name) && name !== input);
  expect(secret.sort()).toEqual(expected);
});
