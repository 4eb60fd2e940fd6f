import { z } from "zod";
import { groupSchema, modeSchema, ownerSchema } from "../../vocabulary/inputs";

/** Attributes that a program may declare of files and directories alike. */
export const attributeInputs = {
  mode: modeSchema.optional().meta({ seenInGuest: true }),
  owner: ownerSchema.optional().meta({ seenInGuest: true }),
  group: groupSchema.optional().meta({ seenInGuest: true }),
  hidden: z
    .boolean()
    .optional()
    .meta({ seenInGuest: true, examples: [true], description: "The hidden attribute. Windows guests only." }),
};

/** What is recorded of an object that was brought under management by its id (docs/decisions/imports-agree.md). */
export const importState = {
  imported: z.boolean().optional().meta({
    description:
      "True where the object was read by its id (`pulumi import`, `get`), until an update records what the program declares of it.",
  }),
};

/** What is recorded of the accounts in attributeInputs. */
export const attributeState = {
  ownerId: z
    .number()
    .optional()
    .meta({ description: "Numeric id of `owner`.", tellsOf: ["owner"] }),
  groupId: z
    .number()
    .optional()
    .meta({ description: "Numeric id of `group`.", tellsOf: ["group"] }),
};

/** Whether and how directories above the object are made. */
export const parentInputs = {
  createParents: z
    .boolean()
    .optional()
    .meta({
      examples: [true],
      description:
        "Make missing directories above it. Those made are removed with it if they are empty then. Default false.",
    }),
  parentMode: modeSchema.optional().meta({
    examples: ["0750"],
    description: 'Mode of directories made by `createParents`. Default `"0755"`. POSIX guests only.',
  }),
};

/** What is recorded of parentInputs. */
export const parentState = {
  createdParents: z
    .array(z.string())
    .optional()
    .meta({ description: "Directories made by `createParents`, topmost first." }),
};

export const driftDetectionSchema = z.enum(["metadata", "content", "off"]).meta({
  examples: ["content"],
  description:
    "How a change of content behind Pulumi's back is found: `metadata` (default) by size and modification time, `content` by " +
    "reading the bytes at each look, `off` not at all: content is written only when the program declares another.",
});
