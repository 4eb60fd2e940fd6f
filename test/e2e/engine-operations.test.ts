import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { pulumi } from "./pulumi-command";
import { SimulatedProject } from "./simulated-project";

const timeoutMs = 300_000;

/** What a program says of one file, and what must be in the guest after the up that follows a change of it. */
interface Situation {
  readonly name: string;
  /** The resource before and after the change; `file(name, content, options, path)` and `component(name)` are there. */
  readonly before: string;
  readonly after: string;
  /** The file's text after the up with the change, or undefined where it must be gone. Its path is its name, where none is given. */
  readonly text: string | undefined;
  readonly path?: string;
}

const plain = (name: string) => `file("${name}", "1")`;

const situations: readonly Situation[] = [
  { name: "tainted", before: plain("tainted"), after: plain("tainted"), text: "1" },
  { name: "replaced", before: plain("replaced"), after: plain("replaced"), text: "1" },
  {
    name: "replaceOnChanges",
    before: `file("replaceOnChanges", "1", { replaceOnChanges: ["content"] })`,
    after: `file("replaceOnChanges", "2", { replaceOnChanges: ["content"] })`,
    text: "2",
  },
  {
    name: "deleteBeforeReplace",
    before: `file("deleteBeforeReplace", "1", { deleteBeforeReplace: true })`,
    after: `file("deleteBeforeReplace", "2", { deleteBeforeReplace: true }, "moved")`,
    text: "2",
    path: "moved",
  },
  {
    name: "renamed without alias",
    before: `file("a", "1", {}, "r")`,
    after: `file("b", "1", {}, "r")`,
    text: "1",
    path: "r",
  },
  {
    name: "renamed with alias",
    before: `file("c", "1", {}, "aliased")`,
    after: `file("d", "1", { aliases: [{ name: "c" }] }, "aliased")`,
    text: "1",
    path: "aliased",
  },
  {
    name: "moved into a component without alias",
    before: plain("component"),
    after: `file("component", "1", { parent: component("group") })`,
    text: "1",
    path: "component",
  },
  {
    name: "another notation of its path",
    before: plain("notation"),
    after: `file("notation", "1", {}, "/.//notation")`,
    text: "1",
    path: "notation",
  },
  {
    name: "protected and no longer so",
    before: `file("protected", "1", { protect: true })`,
    after: plain("protected"),
    text: "1",
    path: "protected",
  },
  {
    name: "retained on delete",
    before: `file("retained", "1", { retainOnDelete: true })`,
    after: "",
    text: "1",
    path: "retained",
  },
  { name: "removed from the program", before: plain("removed"), after: "", text: undefined, path: "removed" },
  {
    name: "deleted with its directory",
    before: `const holder = new door.GuestDirectory("holder", { vm, path: "/srv/holder", recursiveDelete: true });
      file("with", "1", { deletedWith: holder }, "../holder/with")`,
    after: "",
    text: undefined,
    path: "../holder/with",
  },
  {
    name: "transformed",
    before: `file("transformed", "1", { transforms: [({ props, opts }) => ({ props: { ...props, content: "t" }, opts })] })`,
    after: `file("transformed", "1", { transforms: [({ props, opts }) => ({ props: { ...props, content: "t" }, opts })] })`,
    text: "t",
  },
  {
    name: "ignored changes",
    before: `file("ignored", "1", { ignoreChanges: ["content"] })`,
    after: `file("ignored", "2", { ignoreChanges: ["content"] })`,
    text: "1",
    path: "ignored",
  },
];

describe.each([
  ["dynamic", "pulumi-vsphere-guest"],
  ["native", "pulumi-vsphere-guest/native"],
])("what the engine does with files through the %s door", (_name, door) => {
  let project: SimulatedProject;

  const program = (part: "before" | "after") => `
const door = require("${door}");
class Group extends pulumi.ComponentResource { constructor(name) { super("e2e:index:Group", name); } }
const component = (name) => new Group(name);
const file = (name, content, options = {}, at = name) =>
  new door.GuestFile(name, { vm, path: at.startsWith("..") ? "/srv/" + at.slice(3) : "/srv/ops/" + at, content }, options);
${situations.map((one) => `{ ${one[part]} }`).join("\n")}
`;
  const at = (path: string) => join(project.root(), "srv", "ops", path);
  const urnOf = async (name: string) => {
    const exported = await project.project.stack.exportStack();
    const { resources } = exported.deployment as { resources: { urn: string }[] };
    return resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";
  };
  const command = async (...args: readonly string[]) => {
    const { printed, code } = await pulumi(project.project, ...args, "--stack", "dev");
    expect({ args, code, printed }).toMatchObject({ code: 0 });
    return printed;
  };

  beforeAll(async () => {
    project = await SimulatedProject.start(program("before"), {}, join(packageRoot, "plugin"));
    mkdirSync(join(project.root(), "srv", "ops"));
  }, timeoutMs);
  afterAll(() => project.stop());

  test(
    "after taint, replacement, renames and options each object is as the program says, and nothing else is gone",
    async () => {
      await command("up", "--yes", "--skip-preview");
      await command("state", "taint", await urnOf("tainted"), "--yes");
      project.edit(program("after"));
      const printed = await command("up", "--yes", "--skip-preview", "--replace", await urnOf("replaced"));
      const found = situations.map(({ name, path = name }) => [
        name,
        existsSync(at(path)) ? readFileSync(at(path), "utf8") : undefined,
      ]);
      expect(found).toEqual(situations.map(({ name, text }) => [name, text]));
      expect(printed).toMatch(/\/srv\/ops\/tainted: is left, since GuestFile "tainted" has it now/);
      expect(Object.fromEntries((await project.run("preview")).changed)).toEqual({});
    },
    timeoutMs,
  );

  test(
    "targets, an exported and imported state, and a renamed one go on from what is there",
    async () => {
      const before = statSync(at("notation"));
      const exported = await project.project.stack.exportStack();
      await project.project.stack.importStack(exported);
      await command("state", "rename", await urnOf("notation"), "renamed-in-state", "--yes");
      project.edit(program("after").replace(`file("notation"`, `file("renamed-in-state"`));
      const { changed } = await project.run("up");
      expect(Object.fromEntries(changed)).toEqual({});
      expect(statSync(at("notation"))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
      await command("destroy", "--yes", "--skip-preview", "--target", await urnOf("renamed-in-state"));
      expect([existsSync(at("notation")), existsSync(at("transformed"))]).toEqual([false, true]);
    },
    timeoutMs,
  );

  test(
    "a resource that moves to another stack is destroyed with that one",
    async () => {
      const urn = await urnOf("transformed");
      await pulumi(project.project, "stack", "init", "other");
      await pulumi(project.project, "state", "move", "--source", "dev", "--dest", "other", urn, "--yes");
      await command("destroy", "--yes", "--skip-preview");
      expect(existsSync(at("transformed"))).toBe(true);
      const { code, printed } = await pulumi(project.project, "destroy", "--yes", "--skip-preview", "--stack", "other");
      expect({ code, printed }).toMatchObject({ code: 0 });
      expect(existsSync(at("transformed"))).toBe(false);
      expect(project.simulator.sessions).toBe(0);
    },
    timeoutMs,
  );
});

test(
  "a provider resource that is renamed, of another process then, leaves what the new one has",
  async () => {
    const native = "pulumi-vsphere-guest/native";
    const program = (name: string) => `
const door = require("${native}");
const config = new pulumi.Config("vsphere-guest");
const names = ["vsphereServer", "user", "password", "caFile", "guestUser", "guestPassword"];
const provider = new door.Provider("${name}", Object.fromEntries(names.map((one) => [one, config.require(one)])));
const options = { provider };
new door.GuestFile("file", { vm, path: "/srv/file", content: "1" }, options);
new door.GuestDirectory("directory", { vm, path: "/srv/directory", recursiveDelete: true }, options);
`;
    const project = await SimulatedProject.start(program("first"), {}, join(packageRoot, "plugin"));
    try {
      await project.run("up");
      project.edit(program("second"));
      await project.run("up");
      const at = (path: string) => join(project.root(), "srv", path);
      expect([existsSync(at("file")), existsSync(at("directory"))]).toEqual([true, true]);
      expect(Object.fromEntries((await project.run("preview")).changed)).toEqual({});
    } finally {
      await project.stop();
    }
  },
  timeoutMs,
);
