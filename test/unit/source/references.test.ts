import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

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

/** What marks comments, by file name. A text that holds such a mark counts as a comment too: rather too much is looked at. */
const commentMarks: readonly { readonly files: RegExp; readonly comment: RegExp }[] = [
  { files: /\.[cm]?[jt]s$/, comment: /\/\*[^]*?\*\/|\/\/.*/g },
  { files: /\.(sh|py|ya?ml|toml)$|^\.ci\/|^plugin\/[^.]+$/, comment: /#.*/g },
];

// A place begins after none of these: it would be a part of another path, as in `dist/cli/main.js`.
const start = String.raw`(?<![\w./@-])`;
const documentName = String.raw`[\w./-]*\w\.md\b(?:#[\w-]+)?`;
const pathInProject = String.raw`(?:provider|simulator|sdk|cli|scripts|plugin|test|docs|examples)/[\w./-]*[\w/](?:#[\w-]+)?`;
const place = new RegExp(`${start}(?:${documentName}|${pathInProject})`, "g");
const link = /\]\(([^)\s]+)\)/g;

function found(file: string, pattern: RegExp, text: string, offset: number, from: readonly string[]): Reference[] {
  const all = readFileSync(join(project, file), "utf8");
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: all.slice(0, offset + match.index).split("\n").length,
    target: match[1] ?? match[0],
    from,
  }));
}

/** Comments name places by their path in the project. */
function referencesInComments(file: string): Reference[] {
  const text = readFileSync(join(project, file), "utf8");
  const comments = commentMarks.flatMap((marks) => (marks.files.test(file) ? [...text.matchAll(marks.comment)] : []));
  return comments.flatMap(({ 0: comment, index }) => found(file, place, comment, index, [project]));
}

/** Documents link to places by relative links, and may also name them by their path in the project. */
function referencesInDocument(file: string): Reference[] {
  const text = readFileSync(join(project, file), "utf8");
  const here = join(project, dirname(file));
  const links = found(file, link, text, 0, [here]).filter(({ target }) => !/^[a-z]+:/.test(target));
  const withoutLinks = text.replace(link, (all) => " ".repeat(all.length));
  return [...links, ...found(file, place, withoutLinks, 0, [here, project])];
}

function resolves({ file, target, from }: Reference): boolean {
  const [path = "", heading] = target.split("#");
  const found = path === "" ? join(project, file) : from.map((base) => join(base, path)).find(existsSync);
  return found !== undefined && (heading === undefined || headingsOf(found).includes(heading));
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
  const index = readFileSync(join(project, folder, "README.md"), "utf8");
  const notes = documents.filter((file) => dirname(file) === folder).map((file) => basename(file));
  const unlisted = notes.filter((name) => name !== "README.md" && !index.includes(`](${name})`));
  expect(unlisted.map((name) => relative(project, join(project, folder, name)))).toEqual([]);
});
