import type { ProgramSpec } from "../../../../provider/guest/guest";
import type { RunPlace } from "../../../../provider/guest/programs/rooms/rooms";
import type { WindowsRunner } from "../../../../provider/guest/programs/windows/runner";
import { WineGuest, withWine } from "./wine-guest";
import { until } from "../../../until";

/** The cmd.exe of Wine looks for runs of earlier deploys, as that of a guest does. */
withWine("taking runs over in Windows")("a run with a key", () => {
  let guest: WineGuest;
  let first: WindowsRunner;
  let second: WindowsRunner;
  let third: WindowsRunner;

  beforeAll(async () => {
    guest = await WineGuest.open();
    [first, second, third] = (await Promise.all(["f1", "5e", "3d"].map((deploy) => guest.runner(deploy)))) as [
      WindowsRunner,
      WindowsRunner,
      WindowsRunner,
    ];
  }, 120_000);
  afterAll(() => guest.stop());

  const echo = { command: { script: "@echo done" }, runKey: "the same" } as const;
  const lasting = (runKey: string) =>
    ({
      command: { program: "C:\\windows\\system32\\ping.exe", arguments: ["-n", "60", "127.0.0.1"] },
      runKey,
    }) as const;
  const nameOf = ({ room }: RunPlace) => room.path.slice(room.path.lastIndexOf("-") + 1);

  async function run(runner: WindowsRunner, spec: Pick<ProgramSpec, "command" | "runKey"> = echo) {
    const place = guest.newPlace(runner);
    await (
      await guest.start(runner, place, spec)
    ).ended;
    return { place, report: guest.report(place) };
  }

  test("is found by a later deploy that has not its result, once", async () => {
    const { place, report } = await run(first);
    expect(report).toMatchObject({ end: { exitCode: 0 }, mark: expect.stringMatching(/^\d+\.key-/) as string });
    const found = await run(second);
    expect(found.report).toMatchObject({ begun: true, earlier: { roomName: nameOf(place), runId: place.runId } });
    expect(found.report.end).toBeUndefined();
    expect(guest.names(place.room)).toContain(`${place.runId}.by-5e`);
    const afterwards = await run(second);
    expect(afterwards.report.earlier).toBeUndefined();
    expect(afterwards.report.end?.exitCode).toBe(0);
  });

  test("is not found by the deploy that started it, under another key, or without one", async () => {
    const own = { ...echo, runKey: "own" };
    await run(first, own);
    expect((await run(first, own)).report.earlier).toBeUndefined();
    expect((await run(second, { ...own, runKey: "another" })).report.earlier).toBeUndefined();
    expect((await run(second, { command: own.command })).report.earlier).toBeUndefined();
  });

  test("that goes on is found, by one run of a deploy", async () => {
    const place = guest.newPlace(first);
    const { pid, ended } = await guest.start(first, place, lasting("long"));
    await until(() => guest.names(place.room).includes(`${place.runId}.out`));
    const looks = await Promise.all([1, 2].map(() => run(second, { ...echo, runKey: "long" })));
    expect(looks.map(({ report }) => report.earlier?.roomName).filter(Boolean)).toEqual([nameOf(place)]);
    expect((await run(third, { ...echo, runKey: "long" })).report.earlier).toBeDefined();
    expect(guest.report(place).end).toBeUndefined();
    process.kill(-pid, "SIGKILL");
    await ended;
  });

  test("that is gone is not found, and its mark is removed", async () => {
    const place = guest.newPlace(first);
    const { pid, ended } = await guest.start(first, place, lasting("gone"));
    await until(() => guest.names(place.room).includes(`${place.runId}.out`));
    process.kill(-pid, "SIGKILL");
    await ended;
    const { report } = await run(second, { ...echo, runKey: "gone" });
    expect(report.earlier).toBeUndefined();
    expect(report.end?.exitCode).toBe(0);
    expect(guest.report(place).mark).toBeUndefined();
  });
});
