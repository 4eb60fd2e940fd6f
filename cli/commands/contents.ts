import { once } from "node:events";
import { Command } from "commander";
import { z } from "zod";
import { GuestError } from "../../provider/errors/guest-error";
import { given } from "../../provider/values/given";
import { printable } from "../../provider/values/printable";
import { progressBar } from "../output/progress";
import { outputSink } from "../output/visible";
import { guestFlagsSchema, octalMode, several, withGuests } from "../session/flags";
import { inGuests, type Machine } from "../session/machines";
import { read } from "../session/read-flags";
import { standardInput } from "../session/standard-input";
import { examples } from "./verb";

const transfer = z.enum(["auto", "direct", "inBand"]).optional();
const copyFlags = guestFlagsSchema.extend({
  recursive: z.boolean().default(false),
  overwrite: z.boolean().default(false),
  transfer,
});

/** `cat`, `upload`, `download`, `sync`: contents of files. */
export function contentCommands(): Command[] {
  return [cat(), upload(), download(), sync()];
}

function withTransfer(command: Command): Command {
  return command.option("--transfer <route>", "auto, direct (ESXi host) or inBand (vCenter alone, slow)");
}

function cat(): Command {
  const command = withTransfer(withGuests(new Command("cat")))
    .description("Print a file of the guest (InitiateFileTransferFromGuest)")
    .argument("<path>", "absolute path")
    .option("--raw", "on a terminal too let through what a terminal obeys")
    .action(async (path: string, options: unknown) => {
      const flags = read(guestFlagsSchema.extend({ raw: z.boolean().default(false), transfer }), options);
      await inGuests(flags, {
        run: async ({ vm, name, work, isOneOfMany }) => {
          const { body } = await vm.files.read(path, { ...work, ...given({ transfer: flags.transfer }) });
          const sink = outputSink(process.stdout, flags.raw, isOneOfMany ? `${name}: ` : "");
          for await (const chunk of body as AsyncIterable<Buffer>) {
            sink.write(chunk);
            if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
          }
          sink.end();
        },
        json: () => undefined,
      });
    });
  return examples(command, "cat /etc/hostname --vm web-1");
}

function upload(): Command {
  const command = withTransfer(withGuests(new Command("upload")))
    .description(
      "Copy a file of this machine into the guest (InitiateFileTransferToGuest): readers see the old content or the new, whole",
    )
    .argument("<local>", "file or, with --recursive, directory; - for standard input")
    .argument("<path>", "absolute path of the file or directory that it becomes")
    .option("-r, --recursive", "a directory with all that is in it; links are left out")
    .option("--overwrite", "replace what is there")
    .option("--mode <octal>", "permissions of the files, in POSIX guests")
    .action(async (local: string, path: string, options: unknown) => {
      const flags = read(copyFlags.extend({ mode: octalMode.optional() }), options);
      const attributes = given({ mode: flags.mode });
      const input = local === "-" ? await standardInput() : undefined;
      await inGuests(flags, {
        run: async ({ vm, work, ...machine }) => {
          const route = given({ transfer: flags.transfer });
          if (input !== undefined) {
            await vm.files.write(path, input, { ...work, ...route, attributes, overwrite: flags.overwrite });
            return;
          }
          await copied(machine, path, (telling) =>
            vm.transfers.upload(local, path, {
              ...work,
              ...route,
              ...telling,
              attributes,
              recursive: flags.recursive,
              overwrite: flags.overwrite,
            }),
          );
        },
      });
    });
  return examples(command, "upload app.conf /srv/app/app.conf --vm web-1", "upload -r site /srv/site --vm web-1");
}

function download(): Command {
  const command = withTransfer(withGuests(new Command("download")))
    .description(
      "Copy a file of the guest to this machine (InitiateFileTransferFromGuest); nothing half-copied is left",
    )
    .argument("<path>", "absolute path")
    .argument("<local>", "file or directory that it becomes; {vm} stands for the machine's name")
    .option("-r, --recursive", "a directory with all that is in it; links are left out")
    .option("--overwrite", "replace what is there")
    .action(async (path: string, local: string, options: unknown) => {
      const flags = read(copyFlags, options);
      await inGuests(flags, {
        run: ({ vm, work, ...machine }) => {
          if (machine.isOneOfMany && !local.includes("{vm}"))
            throw new GuestError(
              "INVALID_INPUT",
              `${local}: would be the file of several machines. Give a name with {vm} in it.`,
            );
          const to = local.replaceAll("{vm}", machine.name.replace(/[^\w.-]/g, "_"));
          return copied(machine, path, (telling) =>
            vm.transfers.download(path, to, {
              ...work,
              ...given({ transfer: flags.transfer }),
              ...telling,
              recursive: flags.recursive,
              overwrite: flags.overwrite,
            }),
          );
        },
      });
    });
  return examples(
    command,
    "download /etc/hosts hosts.txt --vm web-1",
    "download --overwrite /etc/hosts '{vm}.txt' --vm 'web-*'",
  );
}

function sync(): Command {
  const command = withGuests(new Command("sync"))
    .description("Make a directory of the guest hold what one of this machine holds: only what differs is sent")
    .argument("<local>", "directory, or an archive (.tar, .tar.gz, .tgz, .zip)")
    .argument("<path>", "absolute path of the directory")
    .option("--purge", "remove what is there and not here")
    .option("--exclude <glob>", "relative paths to leave out; may be repeated", several)
    .option("-p, --parents", "make missing directories above it")
    .option("--file-mode <octal>", "permissions of the files, in POSIX guests")
    .option("--directory-mode <octal>", "permissions of the directories, in POSIX guests")
    .option("-n, --dry-run", "tell what would change, and change nothing")
    .action(async (local: string, path: string, options: unknown) => {
      const octal = z.string().optional();
      const flags = read(
        guestFlagsSchema.extend({
          purge: z.boolean().default(false),
          exclude: z.array(z.string()).optional(),
          parents: z.boolean().default(false),
          fileMode: octal,
          directoryMode: octal,
          dryRun: z.boolean().default(false),
        }),
        options,
      );
      const { purge, exclude, parents: createParents, fileMode, directoryMode } = flags;
      const wanted = { purge, createParents, ...given({ exclude, fileMode, directoryMode }) };
      if (flags.dryRun) {
        await inGuests(flags, {
          run: ({ vm, work }) => vm.transfers.previewSync(local, path, { ...work, ...wanted }),
          show: (lines) => lines.map(printable).join("\n"),
        });
        return;
      }
      await inGuests(flags, { run: ({ vm, work }) => vm.transfers.sync(local, path, { ...work, ...wanted }) });
    });
  return examples(
    command,
    "sync -n site /srv/www --vm web-1",
    "sync --purge --exclude '*.log' site /srv/www --vm web-1",
  );
}

/** Copies with a bar for the bytes of a file, where one machine is worked on and somebody looks. */
async function copied(
  { isOneOfMany }: Pick<Machine, "isOneOfMany">,
  path: string,
  copy: (telling: { readonly onProgress?: NonNullable<ReturnType<typeof progressBar>>["listener"] }) => Promise<void>,
): Promise<void> {
  const bar = isOneOfMany ? undefined : progressBar(path);
  try {
    await copy(bar === undefined ? {} : { onProgress: bar.listener });
  } finally {
    bar?.stop();
  }
}
