import { existsSync, writeFileSync } from "node:fs";
import { until } from "../../until";
import { startLibraryWorld, type LibraryWorld } from "./library-world";

let world: LibraryWorld;
beforeAll(async () => {
  world = await startLibraryWorld();
});
afterAll(() => world.stop());

test("a program's exit code and outputs", async () => {
  const { programs } = world.vm;
  const result = await programs.run(
    { program: "/bin/sh", arguments: ["-c", 'cat; echo "$X" >&2; exit 3'] },
    { stdin: "in", environment: { X: "y" } },
  );
  expect([result.exitCode, result.stdout.bytes.toString(), result.stderr.bytes.toString()]).toEqual([3, "in", "y\n"]);
  expect((await programs.run({ script: "echo $0" })).exitCode).toBe(0);
});

test("output comes while the program runs, each byte once", async () => {
  const heard: string[] = [];
  const script = `echo one; until [ -e /srv/go ]; do sleep 0.1; done; echo two; i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done; echo err >&2`;
  let errors = "";
  for await (const { stream, bytes } of world.vm.programs.output({ script })) {
    if (stream === "stderr") errors += bytes.toString();
    else heard.push(bytes.toString());
    // It waits for this: so the first line came before the end.
    if (heard.length === 1 && stream === "stdout") writeFileSync(world.at("/srv/go"), "");
  }
  const lines = Array.from({ length: 2_000 }, (_, at) => `line ${at}\n`).join("");
  expect(heard.join("")).toBe(`one\ntwo\n${lines}`);
  expect([heard[0], errors]).toEqual(["one\n", "err\n"]);
});

test("leaving the loop, and a signal, end the program in the guest", async () => {
  const script = "echo begun; trap '' HUP; sleep 1000; echo never >/srv/never";
  for await (const { bytes } of world.vm.programs.output({ script })) {
    expect(bytes.toString()).toBe("begun\n");
    break;
  }
  const sleeping = async () => (await world.vm.programs.list()).filter(({ name }) => name === "sleep").length;
  await until(async () => (await sleeping()) === 0);
  const ending = new AbortController();
  const onOutput = () => ending.abort();
  await expect(world.vm.programs.run({ script }, { signal: ending.signal, onOutput })).rejects.toMatchObject({
    code: "CANCELLED",
  });
  await until(async () => (await sleeping()) === 0);
  expect(existsSync(world.at("/srv/never"))).toBe(false);
});

test("an output whose transfer is cut is whole all the same", async () => {
  const heard: Buffer[] = [];
  world.simulator.disturbTransfer({ method: "GET", cutAfterBytes: 1_000 });
  const { stdout } = await world.vm.programs.run(
    { script: "head -c 400000 /dev/zero | tr '\\0' x" },
    { onOutput: (_stream, bytes) => heard.push(bytes) },
  );
  expect([Buffer.concat(heard).length, stdout.bytes.length]).toEqual([400_000, 400_000]);
});

test("processes are listed and ended", async () => {
  const run = world.vm.programs.run({ program: "/bin/sleep", arguments: ["777"] });
  const found = async () => (await world.vm.programs.list()).find(({ name }) => name === "sleep");
  await until(async () => (await found()) !== undefined);
  await world.vm.programs.terminate((await found())?.pid ?? 0);
  expect((await run).exitCode).toBeGreaterThan(128);
  await expect(world.vm.programs.terminate(99_999_999)).rejects.toMatchObject({ code: "PROCESS_NOT_FOUND" });
  await expect(world.vm.programs.terminate(0)).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("the environment of the login", async () => {
  const variables = await world.vm.programs.environment(["HOME", "NOT_SET"]);
  expect([...variables]).toEqual([["HOME", "/root"]]);
  expect((await world.vm.programs.environment()).has("PATH")).toBe(true);
});
