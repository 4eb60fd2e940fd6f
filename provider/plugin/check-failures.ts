import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import { printable } from "../values/printable";
import type { Failure } from "../properties/validation";

/** What is wrong with inputs, as the protocol tells it. */
export function checkFailures(failures: readonly Failure[]): CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new CheckFailure();
    failure.setProperty(property);
    failure.setReason(printable(reason));
    return failure;
  });
}
