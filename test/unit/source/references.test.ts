import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const project = resolve(__dirname, "../../..");
const notOurs = new Set([".cache", ".git", "coverage", "dist", "node_modules"]);

/** A place in the project that a text names. */
interface Reference {
  readonly file: string;
  readonly line: number;
  /** As written: `docs/reference/protocol.md#sessions`, `test/e2e`. */
  readonly target: string;
  /** Where the path may begin: absolute directories, one of which must have it. */
  readonly from: readonly string[];
}

function filesOf(directory: string): string[] {
  return readdirSync(join(project, directory), { withFileTypes: true })
    .filter(({ name }) => !notOurs.has(name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesOf(path) : [path];
    });
}

const files = filesOf(".");
const documents = files.filter((file) => file.endsWith(".md"));

/** What marks comments, by file name. A string that holds such a mark counts too: rather too much is looked at. */
const comments: readonly { readonly files: RegExp; readonly pattern: RegExp }[] = [
  { files: /\.[cm]?[jt]s$/, pattern: /\/\*[^]*?\*\/|\/\/.*/g },
  { files: /\.(sh|py|ya?ml|toml)$|^\.ci\/|^plugin\/[^.]+$/, pattern: /#.*/g },
];

// A place begins after none of these: it would be a part of another path, as in `dist/cli/main.js`.
const start = String.raw`(?<![\w./@-])`;
const documentName = String.raw`[\w./-]*\w\.md\b`;
const pathInProject = String.raw`(?:provider|simulator|sdk|cli|scripts|plugin|test|docs|examples)/[\w./-]*[\w/]`;
const place = new RegExp(`${start}((?:${documentName}|${pathInProject})(?:#[\\w-]+)?)`, "g");
const link = /\]\(([^)\s]+)\)/g;

/** Comments name places by their path in the project. */
function referencesInComments(file: string): Reference[] {
  const marks = comments.find(({ files }) => files.test(file));
  if (marks === undefined) return [];
  return referencesIn(file, only(marks.pattern, textOf(file)), place, [project]);
}

/** Documents link to places by relative links, and may also name them by their path in the project. */
function referencesInDocument(file: string): Reference[] {
  const text = textOf(file);
  const here = join(project, dirname(file));
  const links = referencesIn(file, text, link, [here]).filter(({ target }) => !/^[a-z]+:/.test(target));
  return [...links, ...referencesIn(file, text.replace(link, blank), place, [here, project])];
}

function referencesIn(file: string, text: string, pattern: RegExp, from: readonly string[]): Reference[] {
  return [...text.matchAll(pattern)].map(({ 1: target = "", index }) => ({
    file,
    line: text.slice(0, index).split("\n").length,
    target,
    from,
  }));
}

const textOf = (file: string) => readFileSync(join(project, file), "utf8");

/** Blanks of the same length, line by line. */
const blank = (text: string) => text.replace(/./g, " ");

/** `text` with all blank that the pattern does not match: what is left stays in its line. */
function only(pattern: RegExp, text: string): string {
  let end = 0;
  let kept = "";
  for (const { 0: match, index } of text.matchAll(pattern)) {
    kept += blank(text.slice(end, index)) + match;
    end = index + match.length;
  }
  return kept;
}

function resolves({ file, target, from }: Reference): boolean {
  const [path = "", heading] = target.split("#");
  const there = path === "" ? join(project, file) : from.map((base) => join(base, path)).find(existsSync);
  return there !== undefined && (heading === undefined || headingsOf(there).includes(heading));
}

/** The anchors of a document's headings, as Markdown viewers make them. */
function headingsOf(document: string): string[] {
  const text = readFileSync(document, "utf8").replace(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

const broken = (references: readonly Reference[]) =>
  references.filter((one) => !resolves(one)).map(({ file, line, target }) => `${file}:${line}: ${target}`);

test("every place that a comment names is in the project", () => {
  const references = files.flatMap(referencesInComments);
  expect(references.length).toBeGreaterThan(50);
  expect(broken(references)).toEqual([]);
});

test("every place that a document names or links to is in the project", () => {
  const references = documents.flatMap(referencesInDocument);
  expect(references.length).toBeGreaterThan(50);
  expect(broken(references)).toEqual([]);
});

test.each(["docs/decisions", "docs/reference"])("the index of %s lists all of its notes", (folder) => {
  const index = textOf(join(folder, "README.md"));
  const notes = documents.filter((file) => dirname(file) === folder).map((file) => basename(file));
  const unlisted = notes.filter((name) => name !== "README.md" && !index.includes(`](${name})`));
  expect(unlisted).toEqual([]);
});
