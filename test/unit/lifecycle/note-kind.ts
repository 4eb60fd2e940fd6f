import { z } from "zod";
import type { VmIdentity } from "../../../provider/vcenter/machine";
import type { Operation } from "../../../provider/operation/operation";
import { commonInputs, commonState } from "../../../provider/vocabulary/inputs";
import {
  ConvergeIncompleteError,
  type Observed,
  type ResourceKind,
  type Task,
} from "../../../provider/resources/resource-kind";

const inputs = z
  .strictObject({
    ...commonInputs,
    name: z
      .string()
      .regex(/^[a-z]+$/, "must be lower case")
      .meta({ description: "Name.", replaces: true }),
    text: z.string().optional().meta({ description: "Text." }),
    pin: z.string().optional().meta({ description: "Pin.", secret: true }),
    mode: z.enum(["plain", "bold"]).optional().meta({ description: "Mode." }),
    labels: z.record(z.string(), z.string()).optional().meta({ description: "Labels." }),
    lines: z.array(z.strictObject({ text: z.string(), size: z.number().int().optional() })).optional(),
    size: z.number().default(10),
  })
  .refine((note) => note.text === undefined || note.lines === undefined, {
    message: "text and lines exclude each other",
    path: ["text"],
  });

type NoteInputs = z.infer<typeof inputs>;

const state = z.object({
  ...inputs.shape,
  ...commonState,
  length: z.number().meta({ description: "Length.", secretWhen: ["text"] }),
  revision: z.number().optional(),
});

type NoteState = z.infer<typeof state>;

/** Notes that lie on machines: a kind with every sort of property, whose guests are a map. */
export class NoteBoard {
  /** `<instanceUuid>:<name>` -> what is there, by property. */
  readonly notes = new Map<string, Partial<NoteState>>();
  /** converge fails after it has written. */
  breaksAfterWriting = false;
  lastOperation: Operation | undefined;

  readonly kind: ResourceKind<NoteInputs, NoteState> = {
    token: "Note",
    description: "A note.",
    example: { title: "A note", typescript: "", yaml: "" },
    inputs,
    state,
    id: (vm, want) => `${vm.instanceUuid}:${want.name}`,
    parseId: (id) => ({ name: id.slice(id.indexOf(":") + 1) }),
    lookAhead: async ({ guest, want }) =>
      this.notes.has(`${guest.vm.instanceUuid}:${want.name}`) ? [{ outcome: "changed", text: "is there already" }] : [],
    observe: async ({ guest, want }) => this.#observe(guest.vm, want),
    converge: async (task) => this.#converge(task),
    remove: async ({ guest, have }) => void this.notes.delete(`${guest.vm.instanceUuid}:${have.name}`),
  };

  #observe(vm: VmIdentity, want: NoteInputs): Observed<NoteState> {
    const there = this.notes.get(`${vm.instanceUuid}:${want.name}`);
    if (there === undefined) return { exists: false, reason: "the note is gone" };
    return {
      exists: true,
      state: { ...want, ...there, instanceUuid: vm.instanceUuid, length: there.text?.length ?? 0 },
    };
  }

  #converge({ guest, want, have, op }: Task<NoteInputs, NoteState>): NoteState {
    this.lastOperation = op;
    const { vm: _vm, guest: _guest, timeoutSeconds: _timeout, ...note } = want;
    this.notes.set(this.kind.id(guest.vm, want), note);
    const made = {
      ...want,
      instanceUuid: guest.vm.instanceUuid,
      length: want.text?.length ?? 0,
      revision: (have?.revision ?? 0) + 1,
    };
    if (this.breaksAfterWriting) throw new ConvergeIncompleteError(new Error("the pen broke"), made);
    return made;
  }
}
