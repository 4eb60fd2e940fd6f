import { z } from "zod";
import { pathKey } from "../../guest/paths/normal-path";
import type { AnyKind, GuestWork, OtherResources, Task } from "../resource-kind";
import { guestDirectory } from "../guest-directory";
import { guestFile } from "../guest-file";
import { guestProgramRun } from "../guest-program-run";
import type { MachineCustomizationInputs, MachineCustomizationState } from "./schema";

type Contents = "directories" | "files" | "programs";

/** One thing of a customization, and the kind that knows how it is done. */
export interface Step {
  /** Tells it from others of the customization, from one deploy to the next. */
  readonly key: string;
  readonly property: Contents;
  readonly kind: AnyKind;
  /** As declared, with the machine. */
  readonly want: object;
}

/** What is recorded of a step. */
interface Made {
  readonly inputs: object;
  readonly state: object;
}

const madeSchema = z.object({ inputs: z.looseObject({}), state: z.looseObject({}) });

/** The steps in the order in which they are taken. */
export function stepsOf(want: MachineCustomizationInputs): Step[] {
  const { vm, directories = [], files = [], programs = [] } = want;
  return [
    ...directories.map((one) => step(`directory ${pathKey(one.path)}`, "directories", guestDirectory, { vm, ...one })),
    ...files.map((one) => step(`file ${pathKey(one.path)}`, "files", guestFile, { vm, ...one })),
    ...programs.map((one, at) => step(`program ${at + 1}`, "programs", guestProgramRun, { vm, ...one })),
  ];
}

function step(key: string, property: Contents, kind: object, want: object): Step {
  return { key, property, kind: kind as AnyKind, want };
}

/** Steps that a record has made, the last first; with the kinds that take them away. */
export function madeSteps(have: MachineCustomizationState): { readonly step: Step; readonly made: Made }[] {
  return Object.entries(have.made)
    .flatMap(([key, recorded]) => {
      const made = madeOf(recorded);
      if (made === undefined) return [];
      const [kind, property] = kindOf(key);
      return [{ step: { key, property, kind, want: { vm: have.vm, ...made.inputs } }, made }];
    })
    .reverse();
}

function kindOf(key: string): [AnyKind, Contents] {
  if (key.startsWith("directory ")) return [guestDirectory, "directories"];
  if (key.startsWith("file ")) return [guestFile, "files"];
  return [guestProgramRun, "programs"];
}

/** What is recorded of a step, as far as it can be read. */
export function madeOf(recorded: unknown): Made | undefined {
  return madeSchema.safeParse(recorded).data;
}

/** The step as a task of its own kind. A secret anywhere in its list is one in all of it. */
export function taskOf(
  { want, property }: Step,
  { guest, op }: GuestWork,
  others: OtherResources<object>,
  have: object | undefined,
): Task<object, object> {
  const isSecret = op.secretInputs.has(property);
  const secretInputs = isSecret ? new Set(Object.keys(want)) : new Set<string>();
  const own = { heldBy: (key: string) => others.heldBy(key), former: undefined, isTakenOver: false, records: [] };
  return { guest, want, have, others: own, op: { ...op, secretInputs } };
}
