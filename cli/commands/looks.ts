import { Command } from "commander";
import { z } from "zod";
import type { FileStat } from "../../provider/library";
import { printableName } from "../../provider/values/printable";
import { table } from "../output/table";
import { usage } from "../output/usage-error";
import { read } from "../session/read-flags";
import { guestFlagsSchema, withGuests } from "../session/flags";
import { inGuests } from "../session/machines";
import { examples } from "./verb";

/** `ls`, `stat`, `exists`: looks at files and directories. */
export function lookCommands(): Command[] {
  return [list(), stat(), exists()];
}

function list(): Command {
  const command = withGuests(new Command("ls"))
    .description("List a directory of the guest (ListFilesInGuest)")
    .argument("<path>", "absolute path")
    .option("-l, --long", "type, mode, owner, group, size and time as well")
    .option("-R, --recursive", "all that is below it as well")
    .option("--match <pattern>", "names in which this regular expression (PCRE) is found")
    .action(async (path: string, given: unknown) => {
      const flags = read(
        guestFlagsSchema.extend({
          long: z.boolean().default(false),
          recursive: z.boolean().default(false),
          match: z.string().optional(),
        }),
        given,
      );
      if (flags.recursive && flags.match !== undefined)
        throw usage("--match is of one directory: it can't be given with --recursive.");
      await inGuests(flags, {
        run: async ({ vm, work }) => {
          const found = await vm.files.stat(path, work);
          if (found !== undefined && (found.targetType ?? found.type) !== "directory") return [found];
          const matching = flags.match === undefined ? {} : { matchPattern: flags.match };
          const entries = flags.recursive ? vm.files.walk(path, work) : vm.files.list(path, { ...work, ...matching });
          const stats: FileStat[] = [];
          for await (const entry of entries) stats.push(entry);
          return stats.sort((a, b) => (a.path < b.path ? -1 : 1));
        },
        show: (stats) => {
          const nameOf = flags.recursive ? ({ path: it }: FileStat) => it : ({ path: it }: FileStat) => baseName(it);
          if (!flags.long) return stats.map((one) => printableName(nameOf(one))).join("\n");
          return table(
            stats.map((one) => [...longRow(one), nameOf(one)]),
            [3],
          );
        },
      });
    });
  return examples(command, "ls /etc --vm web-1", "ls -l --match '\\.conf$' /etc --vm web-1");
}

function stat(): Command {
  const command = withGuests(new Command("stat"))
    .description("Tell what is at a path: type, size, time, mode, owner; links are not followed")
    .argument("<path>", "absolute path")
    .action(async (path: string, given: unknown) => {
      await inGuests(read(guestFlagsSchema, given), {
        run: async ({ vm, work }) => vm.files.required(path, work),
        show: (found) =>
          table(
            Object.entries(found).map(([name, value]) => [
              name,
              name === "mode" ? octal(value as number) : value instanceof Date ? value.toISOString() : String(value),
            ]),
          ),
      });
    });
  return examples(command, "stat /etc/hosts --vm web-1");
}

function exists(): Command {
  const command = withGuests(new Command("exists"))
    .description(
      "Exit with 0 where something is at the path, with 1 where nothing is (vmrun fileExistsInGuest, directoryExistsInGuest)",
    )
    .argument("<path>", "absolute path")
    .option("--type <type>", "only a file, directory or symlink counts")
    .action(async (path: string, given: unknown) => {
      const type = z.enum(["file", "directory", "symlink"]).optional();
      const flags = read(guestFlagsSchema.extend({ type }), given);
      await inGuests(flags, {
        run: async ({ vm, work }) => {
          const found = await vm.files.stat(path, work);
          return { exists: found !== undefined && (flags.type === undefined || found.type === flags.type) };
        },
        show: ({ exists: it }) => String(it),
        exitCode: ({ exists: it }) => (it ? 0 : 1),
      });
    });
  return examples(command, "exists /etc/hosts --vm web-1", "exists --type directory /etc --vm web-1");
}

/** The columns of `ls -l` before the name. */
function longRow({
  type,
  mode,
  ownerId,
  groupId,
  sizeBytes,
  modifiedAt,
  hidden,
  readOnly,
}: FileStat): (string | number)[] {
  const letter = type === "directory" ? "d" : type === "symlink" ? "l" : "-";
  const flags = [readOnly === true ? "r" : "", hidden === true ? "h" : ""].join("");
  const time = modifiedAt
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  return [letter + (mode === undefined ? flags : permissions(mode)), ownerId ?? "", groupId ?? "", sizeBytes, time];
}

function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => ["r", "w", "x"].map((bit, at) => ((mode >> shift) & (4 >> at) ? bit : "-")).join(""))
    .join("");
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** After the last separator of either family: what is shown. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
