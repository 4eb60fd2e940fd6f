import { z } from "zod";
import type { Task } from "../resource-kind";
import { assetSchema } from "../sources/asset";
import { commonInputs, commonState, guestPathSchema, pathsAreTold, transferSchema } from "../../vocabulary/inputs";
import {
  attributeInputs,
  attributeState,
  driftDetectionSchema,
  parentInputs,
  parentState,
} from "../file-system/inputs";

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
        examples: ["listen = 8080\n"],
        description:
          "The file's text, written as UTF-8, line endings as they are. At most one of content, contentBase64, source.",
      }),
    contentBase64: base64Schema.optional().meta({ examples: ["aGVsbG8K"], description: "The file's bytes in base64." }),
    source: z
      .union([z.string().min(1), assetSchema])
      .optional()
      .meta({
        examples: ["./files/app.conf"],
        description:
          "Where the bytes come from: a path on the machine that runs Pulumi, or an Asset. Streamed; of any size.",
      }),
    ...attributeInputs,
    readOnly: z
      .boolean()
      .optional()
      .meta({ examples: [true], description: "The read-only attribute. Windows guests only." }),
    modificationTime: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({
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
          "Shell line run in the guest on the new file before it takes the place of the old one; `{path}` stands for its path.",
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
          "puts a regular file in the link's place.",
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
          '`{ directory: "/var/backups" }` elsewhere. One copy, the first, is kept.',
      }),
    restoreOnDelete: z
      .boolean()
      .optional()
      .meta({ examples: [true], description: "On delete put the backup back instead of only removing the file." }),
    transfer: transferSchema.optional(),
    driftDetection: driftDetectionSchema.optional(),
  })
  .refine((file) => [file.content, file.contentBase64, file.source].filter((one) => one !== undefined).length <= 1, {
    message: "at most one of content, contentBase64 and source can be given",
    path: ["content"],
  })
  .refine((file) => file.restoreOnDelete !== true || file.backup !== undefined, {
    message: "needs backup",
    path: ["restoreOnDelete"],
  });

export type GuestFileInputs = z.infer<typeof guestFileInputs>;

const contentInputs = ["content", "contentBase64", "source"];

/** What is known of the file after the last look or write. */
export const guestFileState = z.object({
  ...guestFileInputs.shape,
  ...commonState,
  sha256: z
    .string()
    .optional()
    .meta({ description: "SHA-256 of the file's bytes, in hex.", secretWhen: contentInputs, follows: contentInputs }),
  sizeBytes: z.number().meta({ description: "Size in bytes." }),
  modifiedAt: z.string().optional().meta({
    description:
      "Modification time (ISO 8601, whole seconds) while it proves, with the size, that the content is as recorded.",
  }),
  ...attributeState,
  ...parentState,
  backupPath: z.string().optional().meta({ description: "Where the backup is." }),
});

export type GuestFileState = z.infer<typeof guestFileState>;

export type GuestFileTask = Task<GuestFileInputs, GuestFileState>;
