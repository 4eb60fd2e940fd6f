import { z } from "zod";
import { windowsPathFault } from "../../guest/paths/windows-name";
import { backupPath } from "./backup-path";
import { quotedPlaceholder } from "./validate-command";
import type { Task } from "../resource-kind";
import { assetSchema } from "../sources/asset";
import {
  commonInputs,
  commonState,
  guestPathSchema,
  modeSchema,
  pathsAreTold,
  transferSchema,
} from "../../vocabulary/inputs";
import { changeState } from "../file-system/changed-at";
import {
  attributeInputs,
  attributeState,
  driftDetectionSchema,
  importState,
  parentInputs,
  parentState,
} from "../file-system/inputs";

const contentInputs = ["content", "contentBase64", "source"] as const;

const base64Schema = z.base64("must be base64");

/** What a program declares of a file in a guest. */
export const guestFileInputs = z
  .strictObject({
    ...commonInputs,
    path: guestPathSchema
      .refine((path) => !/[\\/]$/.test(path), "must name a file, not end with a separator")
      .meta({
        description: "Absolute path of the file in the guest.",
        replaces: true,
        guestPath: true,
        neverSecret: pathsAreTold,
        examples: ["/etc/app/app.conf"],
      }),
    content: z
      .string()
      .optional()
      .meta({
        seenInGuest: true,
        examples: ["listen = 8080\n"],
        description:
          "The file's text, written as UTF-8, line endings as they are. At most one of content, contentBase64, source.",
      }),
    contentBase64: base64Schema
      .optional()
      .meta({ seenInGuest: true, examples: ["aGVsbG8K"], description: "The file's bytes in base64." }),
    source: z
      .union([z.string().min(1), assetSchema])
      .optional()
      .meta({
        seenInGuest: true,
        examples: ["./files/app.conf"],
        description:
          "Where the bytes come from: a path on the machine that runs Pulumi, or an Asset. Streamed; of any size.",
      }),
    ...attributeInputs,
    mode: modeSchema.optional().meta({
      seenInGuest: true,
      description:
        'Permission bits in octal, as a string: `"0644"`, which a new file gets when not given; one of secret content gets `"0600"`. ' +
        "A file that is there already keeps its own. POSIX guests only.",
    }),
    readOnly: z
      .boolean()
      .optional()
      .meta({ seenInGuest: true, examples: [true], description: "The read-only attribute. Windows guests only." }),
    modificationTime: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({
        seenInGuest: true,
        examples: ["2026-01-02T03:04:05Z"],
        description:
          "Modification time to give the file and to hold it to (ISO 8601, whole seconds). Left alone when not given.",
      }),
    ...parentInputs,
    validateCommand: z
      .string()
      .regex(/\{path\}/, "must hold {path}, which stands for the file to validate")
      .optional()
      .meta({
        description:
          "Shell line run in the guest on the new file before it takes the place of the old one; `{path}` stands for its path, as one word, and is put in no quotes.",
        examples: ["nginx -t -c {path}"],
      }),
    onExists: z
      .enum(["adopt", "error", "overwrite"])
      .optional()
      .meta({
        examples: ["error"],
        description:
          "What create does where a file is there already: `adopt` (default) takes it over and changes what differs, `overwrite` " +
          "writes it anew with default attributes, `error` refuses.",
      }),
    symlinks: z
      .enum(["refuse", "follow", "replace"])
      .optional()
      .meta({
        examples: ["follow"],
        description:
          "What to do where the path is a symbolic link: `refuse` (default) fails, `follow` manages the file it leads to, `replace` " +
          "puts a regular file in the link's place. A link in a directory that others in a POSIX guest can write is never followed.",
      }),
    backup: z
      .strictObject({
        suffix: z
          .string()
          .regex(/^[^\\/]+$/, "must not hold a separator")
          .optional(),
        directory: guestPathSchema.optional(),
      })
      .refine(
        (backup) => (backup.suffix === undefined) !== (backup.directory === undefined),
        "needs either suffix or directory",
      )
      .optional()
      .meta({
        examples: [{ suffix: ".orig" }],
        description:
          'Keep a copy of content that we did not write before it is overwritten: `{ suffix: ".orig" }` beside the file, ' +
          '`{ directory: "/var/backups" }` elsewhere, named by the whole path (`etc!app!app.conf`). One copy, the first, is kept.',
      }),
    onDelete: z
      .enum(["remove", "keep", "restore"])
      .optional()
      .meta({
        examples: ["keep"],
        description:
          "What delete does with the file. Not given: one that was made here is removed, one that was there before is put back from its " +
          "backup, or left as it is where there is none. `remove` removes it in any case, `keep` leaves it, `restore` puts back what " +
          "is recorded of the file that was there before: content from the backup, mode and owner.",
        formerly: { name: "restoreOnDelete", values: { true: "restore" } },
      }),
    transfer: transferSchema.optional(),
    driftDetection: driftDetectionSchema.optional(),
  })
  .superRefine(({ path, validateCommand }, context) => {
    if (typeof path !== "string" || typeof validateCommand !== "string") return;
    const message = quotedPlaceholder(validateCommand, path);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["validateCommand"], message });
  })
  .superRefine(({ path, backup }, context) => {
    if (backup === undefined || typeof path !== "string") return;
    const message = windowsPathFault(backupPath(backup, path));
    if (message !== undefined && windowsPathFault(path) === undefined)
      context.addIssue({ code: "custom", path: ["backup"], message });
  })
  .refine((file) => [file.content, file.contentBase64, file.source].filter((one) => one !== undefined).length <= 1, {
    message: "at most one of content, contentBase64 and source can be given",
    path: ["content"],
  })
  .refine((file) => file.onDelete !== "restore" || file.backup !== undefined || !declaresContent(file), {
    message: "needs backup: without it there is no content to put back",
    path: ["onDelete"],
  });

function declaresContent(file: { readonly [name in (typeof contentInputs)[number]]?: unknown }): boolean {
  return contentInputs.some((name) => file[name] !== undefined);
}

export type GuestFileInputs = z.infer<typeof guestFileInputs>;

/** What is known of the file after the last look or write. */
export const guestFileState = z.object({
  ...guestFileInputs.shape,
  ...commonState,
  sha256: z.string().optional().meta({ description: "SHA-256 of the file's bytes, in hex.", tellsOf: contentInputs }),
  sizeBytes: z.number().meta({ description: "Size in bytes.", tellsOf: contentInputs }),
  modifiedAt: z.string().optional().meta({
    tellsOf: contentInputs,
    description:
      "Modification time (ISO 8601, whole seconds) while it proves, with the size, that the content is as recorded.",
  }),
  ...attributeState,
  ...changeState,
  ...parentState,
  ...importState,
  parentsOnly: z.boolean().optional().meta({
    description: "True where making the file failed after directories above it were made: only these are recorded.",
  }),
  created: z.boolean().optional().meta({
    description:
      "True when this resource made the file, false when it was there before. Records of earlier versions don't tell.",
  }),
  targetPath: z
    .string()
    .optional()
    .meta({ description: "Path of the file itself where `path` is a symbolic link that is followed." }),
  before: z
    .object({
      mode: z.string().optional().meta({ description: "Mode, in octal. POSIX guests only." }),
      ownerId: z.number().optional().meta({ description: "Numeric id of the owner. POSIX guests only." }),
      groupId: z.number().optional().meta({ description: "Numeric id of the group. POSIX guests only." }),
      hidden: z.boolean().optional().meta({ description: "The hidden attribute. Windows guests only." }),
      readOnly: z.boolean().optional().meta({ description: "The read-only attribute. Windows guests only." }),
    })
    .optional()
    .meta({ typeName: "FormerAttributes", description: "Attributes of the file that was there before." }),
  backupPath: z.string().optional().meta({ description: "Where the backup is." }),
});

export type GuestFileState = z.infer<typeof guestFileState>;

export type GuestFileTask = Task<GuestFileInputs, GuestFileState>;
