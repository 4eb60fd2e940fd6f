import { z } from "zod";
import { commonInputs, commonState, groupSchema, guestPathSchema, modeSchema, ownerSchema } from "../common";
import { isRoot } from "../guest-path";

const homeDirectory = /^(\/root|\/home(\/[^/]+)?|\/Users(\/[^/]+)?|[A-Za-z]:[\\/]Users([\\/][^\\/]+)?)[\\/]?$/i;

const directoryPathSchema = guestPathSchema
  .refine((path) => !isRoot(path), "must not be the root of the file system or of a drive")
  .refine((path) => !homeDirectory.test(path), "must not be a home directory or the directory that holds them");

/** What a program declares of a directory in a guest. */
export const guestDirectoryInputs = z.strictObject({
  ...commonInputs,
  path: directoryPathSchema.meta({
    description: "Absolute path of the directory in the guest.",
    replaces: true,
    examples: ["/etc/app/conf.d"],
  }),
  mode: modeSchema.optional(),
  owner: ownerSchema.optional(),
  group: groupSchema.optional(),
  hidden: z.boolean().optional().meta({ description: "The hidden attribute. Windows guests only." }),
  createParents: z.boolean().optional().meta({
    description:
      "Make missing directories above. Those made are removed with this one if they are empty then. Default false.",
  }),
  parentMode: modeSchema
    .optional()
    .meta({ description: 'Mode of directories made by `createParents`. Default `"0755"`. POSIX guests only.' }),
  onExists: z.enum(["adopt", "error"]).optional().meta({
    description:
      "What create does where the directory is there already: `adopt` (default) takes it over as it is and changes attributes that differ, `error` refuses.",
  }),
  recursiveDelete: z
    .boolean()
    .optional()
    .meta({
      description:
        "On delete remove the directory with all that is in it, also where it was there before. Without it a directory that is not " +
        "empty is refused, and one that we did not make is left. Default false.",
    }),
});

export type GuestDirectoryInputs = z.infer<typeof guestDirectoryInputs>;

/** What is known of the directory after the last look or change. */
export const guestDirectoryState = z.object({
  ...guestDirectoryInputs.shape,
  ...commonState,
  created: z
    .boolean()
    .meta({ description: "True when this resource made the directory, false when it was there before." }),
  ownerId: z.number().optional().meta({ description: "Numeric id of `owner`." }),
  groupId: z.number().optional().meta({ description: "Numeric id of `group`." }),
  createdParents: z
    .array(z.string())
    .optional()
    .meta({ description: "Directories made by `createParents`, topmost first." }),
});

export type GuestDirectoryState = z.infer<typeof guestDirectoryState>;
