import { z } from "zod";
import { isGlob } from "./source/exclusion";
import { changeState } from "../file-system/changed-at";
import type { Task } from "../resource-kind";
import { isRoot } from "../../guest/paths/path";
import { archiveSchema } from "../sources/asset";
import {
  commonInputs,
  commonState,
  guestPathSchema,
  pathsAreTold,
  modeSchema,
  transferSchema,
} from "../../vocabulary/inputs";
import {
  attributeInputs,
  attributeState,
  driftDetectionSchema,
  importState,
  parentInputs,
  parentState,
} from "../file-system/inputs";

const homeDirectory = /^(\/root|\/home(\/[^/]+)?|\/Users(\/[^/]+)?|[A-Za-z]:[\\/]Users([\\/][^\\/]+)?)[\\/]?$/i;

const directoryPathSchema = guestPathSchema
  .refine((path) => !isRoot(path), "must not be the root of the file system or of a drive")
  .refine((path) => !homeDirectory.test(path), "must not be a home directory or the directory that holds them");

/** What a program declares of a directory in a guest. */
export const guestDirectoryInputs = z
  .strictObject({
    ...commonInputs,
    path: directoryPathSchema.meta({
      description: "Absolute path of the directory in the guest.",
      replaces: true,
      guestPath: true,
      neverSecret: pathsAreTold,
      examples: ["/etc/app/conf.d"],
    }),
    ...attributeInputs,
    ...parentInputs,
    onExists: z
      .enum(["adopt", "error"])
      .optional()
      .meta({
        examples: ["error"],
        description:
          "What create does where the directory is there already: `adopt` (default) takes it over as it is and changes attributes that differ, `error` refuses.",
      }),
    source: z
      .union([z.string().min(1), archiveSchema])
      .optional()
      .meta({
        seenInGuest: true,
        examples: ["./site", "./site.tar.gz"],
        description:
          "What the directory is to hold: a directory or archive (.tar, .tar.gz, .tgz, .zip) on the machine that runs Pulumi, or a Pulumi Archive. " +
          "Files and directories are synced; `owner` and `group` then hold for all of them.",
      }),
    fileMode: modeSchema.optional().meta({
      seenInGuest: true,
      examples: ["0640"],
      description:
        'Mode of files from `source`. New files get `"0644"` when not given, of a secret `source` `"0600"`; those that are there already ' +
        "keep theirs. POSIX guests only.",
    }),
    directoryMode: modeSchema.optional().meta({
      seenInGuest: true,
      examples: ["0750"],
      description:
        'Mode of directories from `source`. New ones get `"0755"` when not given, of a secret `source` `"0700"`; those that are there ' +
        "already keep theirs. POSIX guests only.",
    }),
    purge: z
      .boolean()
      .optional()
      .meta({
        examples: [true],
        description:
          "Remove whatever the guest login sees in the directory and that is not in `source`; a directory in it that holds what the login " +
          "can't see is an error. Default false: only what a former `source` brought is removed.",
      }),
    exclude: z
      .array(
        z
          .string()
          .min(1)
          .refine(isGlob, "must be a glob pattern without negated parts, which can't be matched in linear time"),
      )
      .optional()
      .meta({
        seenInGuest: true,
        description:
          "Glob patterns of relative paths that are left out: not written, not compared, not purged. A pattern without `/` matches a name at any depth, " +
          "one that begins with `/` a path from the top.",
        examples: ["*.log", "cache/**", "/local.conf"],
      }),
    transfer: transferSchema.optional(),
    driftDetection: driftDetectionSchema.optional(),
    recursiveDelete: z
      .boolean()
      .optional()
      .meta({
        examples: [true],
        description:
          "On delete remove the directory with all that is in it, also where it was there before. Where it holds what the guest login " +
          "can't see or name, nothing is removed and delete fails. Without it only what this resource made goes: a directory that holds " +
          "more is refused, and one that we did not make is left. Default false.",
      }),
  })
  .superRefine((directory, context) => {
    if (directory.source !== undefined) return;
    for (const name of ["fileMode", "directoryMode", "purge", "exclude", "transfer", "driftDetection"] as const) {
      if (directory[name] !== undefined) context.addIssue({ code: "custom", path: [name], message: "needs source" });
    }
  });

export type GuestDirectoryInputs = z.infer<typeof guestDirectoryInputs>;

const treeInputs = ["source", "exclude"];

/** What is known of the directory after the last look or change. */
export const guestDirectoryState = z.object({
  ...guestDirectoryInputs.shape,
  ...commonState,
  created: z
    .boolean()
    .meta({ description: "True when this resource made the directory, false when it was there before." }),
  ...attributeState,
  ...changeState,
  sha256: z.string().optional().meta({
    description: "SHA-256 over the paths and contents of `source`, in hex: a trigger for runs.",
    tellsOf: treeInputs,
  }),
  files: z
    .record(z.string(), z.object({ sha256: z.string(), sizeBytes: z.number(), modifiedAt: z.string().optional() }))
    .optional()
    .meta({ description: "Files that came of `source`, by relative path.", tellsOf: treeInputs }),
  directories: z
    .array(z.string())
    .optional()
    .meta({ description: "Directories below that came of `source`, by relative path.", tellsOf: treeInputs }),
  adopted: z.array(z.string()).optional().meta({
    description: "Those of `files` and `directories` that were there before: they stay on delete.",
    tellsOf: treeInputs,
  }),
  ...parentState,
  ...importState,
});

export type GuestDirectoryState = z.infer<typeof guestDirectoryState>;

export type GuestDirectoryTask = Task<GuestDirectoryInputs, GuestDirectoryState>;
