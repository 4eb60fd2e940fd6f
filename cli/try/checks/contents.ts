import { createHash } from "node:crypto";
import { onlyIf, same, fails, type Trial, type TrialCheck } from "../trial";

const allBytes = Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256));

async function thereAndBack(trial: Trial, name: string, content: Buffer, transfer: "direct" | "inBand"): Promise<void> {
  const route = { ...trial.work, transfer };
  await trial.vm.files.write(trial.at(name), content, route);
  const back = await trial.vm.files.readBytes(trial.at(name), route);
  same(
    [back.length, back.equals(content)],
    [content.length, true],
    "bytes that came back, and whether they are the same",
  );
}

/** Files to the guest and back, by each route. */
export const contentChecks: readonly TrialCheck[] = [
  { name: "all byte values", run: (trial) => thereAndBack(trial, "bytes", allBytes, "direct") },
  { name: "an empty file", run: (trial) => thereAndBack(trial, "empty", Buffer.alloc(0), "direct") },
  {
    name: "8 MiB",
    run: (trial) => thereAndBack(trial, "large", Buffer.alloc(8 << 20, "0123456789abcdef\n"), "direct"),
  },
  {
    name: "the hash of 8 MiB",
    run: async (trial) => {
      const content = Buffer.alloc(8 << 20, "0123456789abcdef\n");
      const expected = createHash("sha256").update(content).digest("hex");
      same(await trial.vm.files.sha256(trial.at("large"), trial.work), expected);
    },
  },
  {
    name: "in-band, all byte values",
    run: (trial) => {
      onlyIf(trial.isPosix, "Windows guests have no in-band transfers");
      return thereAndBack(trial, "inband", allBytes, "inBand");
    },
  },
  {
    name: "in-band, 200 KiB",
    run: (trial) => {
      onlyIf(trial.isPosix, "Windows guests have no in-band transfers");
      return thereAndBack(trial, "inband-large", Buffer.alloc(200 << 10, "in-band\n"), "inBand");
    },
  },
  {
    name: "a name with spaces, quotes and a dollar",
    run: (trial) => thereAndBack(trial, trial.isPosix ? `a b'c"d$e` : "a b'c$e", allBytes, "direct"),
  },
  { name: "a name that is not ASCII", run: (trial) => thereAndBack(trial, "ünïcödé-名", allBytes, "direct") },
  {
    name: "a file is not overwritten unasked",
    run: async (trial) => {
      await trial.write("kept", "first");
      const again = trial.vm.files.write(trial.at("kept"), "second", { ...trial.work, overwrite: false });
      await fails(again, /there already|exists/);
      same(await trial.text("kept"), "first");
    },
  },
  {
    name: "what is replaced keeps its mode",
    run: async (trial) => {
      onlyIf(trial.isPosix, "Windows has no modes");
      await trial.write("mode-kept", "first");
      await trial.vm.files.setAttributes(trial.at("mode-kept"), { mode: 0o604 }, trial.work);
      await trial.write("mode-kept", "second");
      same(await trial.mode("mode-kept"), "604");
    },
  },
  {
    name: "a tree there and back",
    run: async (trial) => {
      const { transfers } = trial.vm;
      await trial.local("tree/a", "a");
      await trial.local("tree/sub/b", "b");
      const recursive = { ...trial.work, recursive: true };
      await transfers.upload(`${trial.localDirectory}/tree`, trial.at("tree"), recursive);
      same([await trial.text("tree/a"), await trial.text("tree/sub/b")], ["a", "b"]);
      await transfers.download(trial.at("tree"), `${trial.localDirectory}/back`, recursive);
    },
  },
  {
    name: "a listing of more than one page",
    run: async (trial) => {
      const names = Array.from({ length: 60 }, (_, at) => `file-${at}`);
      await trial.mkdir("many");
      await trial.shell(
        `cd ${quoted(trial.at("many"))} && for n in ${names.join(" ")}; do : > "$n"; done`,
        `@cd /d "${trial.at("many")}" && for %%n in (${names.join(" ")}) do @type nul > %%n`,
      );
      const found: string[] = [];
      for await (const { path } of trial.vm.files.list(trial.at("many"), trial.work)) found.push(path);
      same(found.length, names.length);
    },
  },
];

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
