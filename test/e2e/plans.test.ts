import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { SimulatedProject } from "./simulated-project";

/** The same resources through both doors. What `said` prints is content elsewhere, which a preview can't know. */
const program = (said: string) => `
for (const [door, doorway] of [["dynamic", guest], ["native", require("pulumi-vsphere-guest/native")]]) {
  const at = "/srv/" + door;
  const said = new doorway.GuestProgramRun(door + " said", { vm, script: "echo ${said}" }).stdout;
  const file = new doorway.GuestFile(door + " file", { vm, path: at + "/file", content: said, createParents: true });
  const source = said.apply((text) => new pulumi.asset.StringAsset(text));
  const asset = new doorway.GuestFile(door + " asset", { vm, path: at + "/asset", source, createParents: true });
  const assets = said.apply((text) => new pulumi.asset.AssetArchive({ text: new pulumi.asset.StringAsset(text) }));
  const tree = new doorway.GuestDirectory(door + " tree", { vm, path: at + "/tree", source: assets, createParents: true });
  const contentBase64 = said.apply((text) => Buffer.from(text).toString("base64"));
  new doorway.GuestFile(door + " base64", { vm, path: at + "/base64", contentBase64, mode: "0600", createParents: true });
  new doorway.GuestProgramRun(door + " after", { vm, script: "true", triggers: [file.sha256, file.sizeBytes, asset.sha256, tree.sha256] });
}
`;

const doors = ["dynamic", "native"];
const through = (names: readonly string[], step: string) =>
  Object.fromEntries(doors.flatMap((door) => names.map((name) => [`${door} ${name}`, step])));
const all = ["said", "file", "asset", "tree", "base64", "after"];

let project: SimulatedProject;
const at = (door: string, path: string) => join(project.root(), "srv", door, path);
const changes = async () => Object.fromEntries((await project.planned()).up.changed);

beforeAll(async () => {
  project = await SimulatedProject.start(program("one"), {}, join(packageRoot, "plugin"));
}, 120_000);
afterAll(() => project.stop());

test("up keeps to the plan of its preview: create", async () => {
  expect(await changes()).toEqual(through(all, "create"));
  for (const door of doors) expect(readFileSync(at(door, "tree/text"), "utf8")).toBe("one");
}, 240_000);

test("up keeps to the plan of its preview: update", async () => {
  project.edit(program("two"));
  expect(await changes()).toEqual(through(all, "update"));
  for (const door of doors) expect(readFileSync(at(door, "file"), "utf8")).toBe("two");
}, 240_000);

test("up keeps to the plan of its preview: drift", async () => {
  for (const door of doors) {
    for (const path of ["file", "tree/text"]) writeFileSync(at(door, path), "tampered");
    rmSync(at(door, "asset"));
  }
  expect(await changes()).toEqual(through(["file", "asset", "tree"], "update"));
  for (const door of doors) expect(readFileSync(at(door, "file"), "utf8")).toBe("two");
}, 240_000);
