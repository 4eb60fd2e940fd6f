import type { CorpusRecord, RecordedFile } from "../corpus";
import { childText, type Answer } from "../soap-client";
import type { XmlElement } from "../../../simulator/soap/xml-tree";
import { compare } from "../verdict";

const typeNames = ["file", "directory", "symlink"];

/** Before the recorder's own machine was set up: times that a record's setup made. */
const newestSetTime = 1_700_000_000;

/**
 * Compares a listing, or the attributes of a download. Directory order is volatile, so a page that shows a part is
 * compared by its size and by the entries that both pages have; times of the machine are not compared.
 */
export function compareListing(record: CorpusRecord, files: readonly RecordedFile[], answer: Answer): string[] {
  if (record.op !== "LIST_FILES") {
    const [file] = files;
    const path = file?.name ?? "";
    const got = answer.returned[0];
    return file === undefined || got === undefined ? ["no answer"] : compareFile({ ...file, name: path }, got, path);
  }
  const listing = answer.returned[0];
  const entries = new Map(
    (listing?.children ?? [])
      .filter(({ name }) => name === "files")
      .map((entry) => [childText(entry, "path") ?? "", entry] as const),
  );
  const remaining = Number(listing === undefined ? NaN : childText(listing, "remaining"));
  const isRootListing = ["/", "."].includes(String(record.request?.["filePath"]));
  const complaints = isRootListing ? [] : compare("remaining", record.result.remaining, remaining);
  complaints.push(...compare("entries", files.length, entries.size));
  const isPart = (record.result.remaining ?? 0) > 0 || Number(record.request?.["index"] ?? 0) > 0;
  for (const file of files) {
    const entry = entries.get(file.name);
    if (entry !== undefined) complaints.push(...compareFile(file, entry, file.name, isRootListing));
    else if (!isPart) complaints.push(`entry ${file.name} is missing`);
  }
  return complaints;
}

function compareFile(file: RecordedFile, entry: XmlElement, path: string, isMachines = false): string[] {
  const attributes = entry.children.find(({ name }) => name === "attributes");
  const attribute = (name: string): string | undefined => attributes && childText(attributes, name);
  const type = childText(entry, "type");
  const label = (what: string): string => `${what} of ${path}`;
  return [
    ...(type === undefined ? [] : compare(label("type"), typeNames[file.ft], type)),
    ...compare(label("size"), file.size, Number(childText(entry, "size"))),
    ...compare(label("link target"), file.slt, attribute("symlinkTarget") ?? ""),
    ...(isMachinesFile(file, path) || isMachines
      ? []
      : [
          ...compare(label("owner"), file.uid, Number(attribute("ownerId"))),
          ...compare(label("group"), file.gid, Number(attribute("groupId"))),
          ...compare(label("mode"), file.perm, Number(attribute("permissions"))),
        ]),
    ...compareTime(label("modification time"), file.mtime, attribute("modificationTime")),
    ...compareTime(label("access time"), file.atime, attribute("accessTime")),
  ];
}

/** Of files outside the tree only what the agent makes of them is compared, not how the recorder's machine had them. */
function isMachinesFile(file: RecordedFile, path: string): boolean {
  return path === "/dev/null" || path.startsWith("/proc/") || file.slt === "/etc/hostname";
}

function compareTime(what: string, recorded: number | "<now>", got: string | undefined): string[] {
  if (recorded === "<now>") return [];
  const seconds = got === undefined ? NaN : Math.floor(Date.parse(got) / 1000);
  if (recorded > 2 ** 62) return compare(what, recorded, Number(BigInt.asUintN(64, BigInt(seconds))));
  if (recorded > newestSetTime && recorded < 2_000_000_000) return [];
  return compare(what, recorded, seconds);
}
