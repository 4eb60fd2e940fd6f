import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../scripts/pulumi-project";
import { SimulatedProject } from "./simulated-project";

/** The engine sends the bytes of assets and archives to create and update alone; diff, refresh and destroy see hashes. */
const program = (door: string, source: string) => `
const doorway = require("${door}");
const { StringAsset, FileAsset, FileArchive, AssetArchive } = pulumi.asset;
const file = (name, source) => new doorway.GuestFile(name, { vm, path: "/srv/" + name, source });
const directory = (name, source) => new doorway.GuestDirectory(name, { vm, path: "/srv/" + name, source });
file("text", new StringAsset("text\\n"));
file("bytes", new FileAsset("${source}/sub/bytes"));
directory("tree", new FileArchive("${source}"));
directory("assets", new AssetArchive({ "a/text": new StringAsset("text\\n"), "b": new FileAsset("${source}/sub/bytes") }));
`;

let source: string;
let project: SimulatedProject;
const at = (path: string) => join(project.root(), "srv", path);
const changes = async () => Object.fromEntries((await project.run("up")).changed);

beforeAll(async () => {
  source = mkdtempSync(join(tmpdir(), "assets-"));
  mkdirSync(join(source, "sub"));
  writeFileSync(join(source, "sub", "bytes"), Buffer.from([0, 255, 13, 10]));
  project = await SimulatedProject.start(program("pulumi-vsphere-guest", source), {}, join(packageRoot, "plugin"));
}, 120_000);
afterAll(async () => {
  rmSync(source, { recursive: true });
  await project.stop();
});

test.each(["pulumi-vsphere-guest", "pulumi-vsphere-guest/native"])(
  "%s: assets and archives are brought, left alone, held and taken away",
  async (door) => {
    project.edit(program(door, source));
    expect(Object.keys(await changes()).sort()).toEqual(["assets", "bytes", "text", "tree"]);
    expect(readFileSync(at("tree/sub/bytes"))).toEqual(Buffer.from([0, 255, 13, 10]));
    expect(readFileSync(at("assets/a/text"), "utf8")).toBe("text\n");
    await project.project.stack.refresh({ expectNoChanges: true });
    expect(await changes()).toEqual({});
    for (const path of ["text", "tree/sub/bytes"]) writeFileSync(at(path), "tampered");
    expect(await changes()).toEqual({ text: "update", tree: "update" });
    expect(readFileSync(at("text"), "utf8")).toBe("text\n");
    await project.run("destroy");
    expect(() => readFileSync(at("tree/sub/bytes"))).toThrow(/ENOENT/);
  },
  240_000,
);
