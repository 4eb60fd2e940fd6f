import { Command } from "commander";
import { z } from "zod";
import { GuestError } from "../../provider/errors/guest-error";
import { read } from "../session/read-flags";
import { usage } from "../output/usage-error";
import { given } from "../../provider/values/given";
import { guestFlagsSchema, octalMode, withGuests } from "../session/flags";
import { inGuests } from "../session/machines";
import { examples } from "./verb";

/** `mkdir`, `rmdir`, `rm`, `mv`, `mktemp`, `chmod`, `chown`, `touch`: changes of files and directories. */
export function changeCommands(): Command[] {
  return [makeDirectory(), removeDirectory(), remove(), move(), makeTemporary(), changeMode(), changeOwner(), touch()];
}

function makeDirectory(): Command {
  const command = withGuests(new Command("mkdir"))
    .description("Make a directory (MakeDirectoryInGuest)")
    .argument("<path>", "absolute path")
    .option("-p, --parents", "missing parents as well; no error where it is there already")
    .option("-m, --mode <octal>", "its permissions, in POSIX guests")
    .action(async (path: string, options: unknown) => {
      const flags = read(
        guestFlagsSchema.extend({ parents: z.boolean().default(false), mode: octalMode.optional() }),
        options,
      );
      await inGuests(flags, {
        run: async ({ vm, work }) => {
          const { parents: createParents } = flags;
          try {
            await vm.files.makeDirectory(path, { ...work, createParents, ...given({ mode: flags.mode }) });
          } catch (error) {
            const isThere = createParents && error instanceof GuestError && error.code === "PATH_EXISTS";
            const found = isThere ? await vm.files.stat(path, work) : undefined;
            if ((found?.targetType ?? found?.type) !== "directory") throw error;
          }
        },
      });
    });
  return examples(command, "mkdir -p /srv/app/conf --vm web-1", "mkdir -m 0750 /srv/app/data --vm web-1");
}

function removeDirectory(): Command {
  const command = withGuests(new Command("rmdir"))
    .description("Remove a directory (DeleteDirectoryInGuest)")
    .argument("<path>", "absolute path")
    .option("-r, --recursive", "with all that is in it")
    .action(async (path: string, options: unknown) => {
      const flags = read(guestFlagsSchema.extend({ recursive: z.boolean().default(false) }), options);
      const { recursive } = flags;
      await inGuests(flags, {
        run: async ({ vm, work }) => wasThere(await vm.files.removeDirectory(path, { ...work, recursive }), path),
      });
    });
  return examples(command, "rmdir /srv/app/data --vm web-1", "rmdir -r /srv/old --vm web-1");
}

function remove(): Command {
  const command = withGuests(new Command("rm"))
    .description("Remove a file or link (DeleteFileInGuest)")
    .argument("<path>", "absolute path")
    .option("-f, --force", "no error where nothing is there")
    .action(async (path: string, options: unknown) => {
      const flags = read(guestFlagsSchema.extend({ force: z.boolean().default(false) }), options);
      await inGuests(flags, {
        run: async ({ vm, work }) => wasThere((await vm.files.removeFile(path, work)) || flags.force, path),
      });
    });
  return examples(command, "rm /srv/app/old.conf --vm web-1", "rm -f /srv/app/old.conf --vm web-1");
}

function move(): Command {
  const command = withGuests(new Command("mv"))
    .description("Rename a file or directory (MoveFileInGuest, MoveDirectoryInGuest)")
    .argument("<source>", "absolute path")
    .argument("<destination>", "absolute path of the new name, not of a directory to move it into")
    .option("--overwrite", "replace a file that is there")
    .action(async (source: string, destination: string, options: unknown) => {
      const flags = read(guestFlagsSchema.extend({ overwrite: z.boolean().default(false) }), options);
      const { overwrite } = flags;
      await inGuests(flags, {
        run: ({ vm, work }) => vm.files.move(source, destination, { ...work, overwrite }),
      });
    });
  return examples(command, "mv /srv/app/app.conf /srv/app/app.conf.1 --vm web-1");
}

function makeTemporary(): Command {
  const command = withGuests(new Command("mktemp"))
    .description(
      "Make a private temporary file or directory and print its path (CreateTemporaryFileInGuest, CreateTemporaryDirectoryInGuest)",
    )
    .option("-d, --directory", "a directory instead of a file")
    .option("--prefix <text>", "what its name begins with")
    .option("--suffix <text>", "what its name ends with")
    .option("--in <path>", "where, instead of the guest's own directory for such")
    .action(async (options: unknown) => {
      const texts = { prefix: z.string().optional(), suffix: z.string().optional(), in: z.string().optional() };
      const flags = read(guestFlagsSchema.extend({ directory: z.boolean().default(false), ...texts }), options);
      const name = given({ prefix: flags.prefix, suffix: flags.suffix, directory: flags.in });
      await inGuests(flags, {
        run: async ({ vm, work }) => {
          const wanted = { ...work, ...name };
          const path = flags.directory ? vm.files.makeTemporaryDirectory(wanted) : vm.files.makeTemporaryFile(wanted);
          return { path: await path };
        },
        show: ({ path }) => path,
      });
    });
  return examples(command, "mktemp --vm web-1", "mktemp -d --prefix build- --in /srv --vm web-1");
}

function changeMode(): Command {
  const command = withGuests(new Command("chmod"))
    .description("Set the permissions of a file or directory (ChangeFileAttributesInGuest); POSIX guests")
    .argument("<mode>", "octal, e.g. 0640")
    .argument("<path>", "absolute path")
    .action(async (text: string, path: string, options: unknown) => {
      const { mode: wanted } = read(z.object({ mode: octalMode }), { mode: text }, (name) => `<${name}>`);
      await inGuests(read(guestFlagsSchema, options), {
        run: ({ vm, work }) => vm.files.setAttributes(path, { mode: wanted }, work),
      });
    });
  return examples(command, "chmod 0640 /srv/app/app.conf --vm web-1");
}

function changeOwner(): Command {
  const command = withGuests(new Command("chown"))
    .description("Set owner and group of a file or directory (ChangeFileAttributesInGuest); POSIX guests")
    .argument("<owner>", "owner, owner:group or :group, by name or number")
    .argument("<path>", "absolute path")
    .action(async (text: string, path: string, options: unknown) => {
      const [owner = "", group = ""] = text.split(":", 2);
      if (owner === "" && group === "") throw usage(`${text}: give owner, owner:group or :group.`);
      const wanted = { ...(owner === "" ? {} : { owner }), ...(group === "" ? {} : { group }) };
      await inGuests(read(guestFlagsSchema, options), {
        run: ({ vm, work }) => vm.files.setAttributes(path, wanted, work),
      });
    });
  return examples(command, "chown root:root /srv/app/app.conf --vm web-1");
}

function touch(): Command {
  const command = withGuests(new Command("touch"))
    .description(
      "Set the modification time of a file or directory (ChangeFileAttributesInGuest); an empty file where nothing is",
    )
    .argument("<path>", "absolute path")
    .option("--date <time>", "ISO 8601, e.g. 2026-01-02T03:04:05Z; default: now, by this machine's clock")
    .action(async (path: string, options: unknown) => {
      const date = z.coerce.date({ error: "must be a time such as 2026-01-02T03:04:05Z" }).optional();
      const flags = read(guestFlagsSchema.extend({ date }), options);
      const modifiedAt = flags.date ?? new Date();
      await inGuests(flags, {
        run: async ({ vm, work }) => {
          const attributes = { modifiedAt };
          if (await vm.files.exists(path, work)) return vm.files.setAttributes(path, attributes, work);
          await vm.files.write(path, "", { ...work, attributes, overwrite: false });
        },
      });
    });
  return examples(
    command,
    "touch /srv/app/app.conf --vm web-1",
    "touch --date 2026-01-02T03:04:05Z /srv/app/app.conf --vm web-1",
  );
}

function wasThere(isDone: boolean, path: string): void {
  if (!isDone) throw new GuestError("PATH_NOT_FOUND", `${path}: nothing is there.`);
}
