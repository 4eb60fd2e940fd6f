import type { EngineEvent, OpType, Stack } from "@pulumi/pulumi/automation";

/** What one run of the engine did: the operations by resource name, "same" left out. */
export interface Outcome {
  readonly changed: ReadonlyMap<string, OpType>;
  readonly same: number;
}

const neutral: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

type Command = "preview" | "up" | "destroy";

/** Runs a Pulumi command, passes its output on as it comes, and tells what it did or would do. `plan`: the file that a preview writes and up keeps to. */
export async function runPulumi(
  stack: Stack,
  command: Command,
  print: (text: string) => void,
  plan?: string,
): Promise<Outcome> {
  const changed = new Map<string, OpType>();
  let same = 0;
  const onEvent = (event: EngineEvent) => {
    const metadata = event.resourcePreEvent?.metadata;
    if (
      metadata === undefined ||
      metadata.type === "pulumi:pulumi:Stack" ||
      metadata.type.startsWith("pulumi:providers:")
    )
      return;
    if (neutral.has(metadata.op)) same += 1;
    else changed.set(metadata.urn.split("::").at(-1) ?? metadata.urn, metadata.op);
  };
  const options = { onOutput: print, onEvent, color: process.stdout.isTTY ? ("always" as const) : ("never" as const) };
  const planned = plan === undefined ? options : { ...options, plan };
  if (command === "preview") await stack.preview(planned);
  if (command === "up") await stack.up(planned);
  if (command === "destroy") await stack.destroy(options);
  return { changed, same };
}

/** The operations of an outcome that differ from what was expected, in words; none when all is well. */
export function unexpected(outcome: Outcome, expected: ReadonlyMap<string, string>): string[] {
  const names = new Set([...outcome.changed.keys(), ...expected.keys()]);
  return [...names]
    .filter((name) => outcome.changed.get(name) !== expected.get(name))
    .map(
      (name) =>
        `${name}: expected ${expected.get(name) ?? "no change"}, was ${outcome.changed.get(name) ?? "no change"}`,
    );
}
