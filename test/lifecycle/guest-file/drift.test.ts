import { statSync, truncateSync, utimesSync, writeFileSync, readFileSync } from "node:fs";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  const declared = (name: string, more: object = {}) => ({
    vm: guest.vm,
    path: `/srv/${name}`,
    content: "one\ntwo\nthree\n",
    ...more,
  });
  const at = (name: string) => guest.at(`/srv/${name}`);

  /** Other content, in the second in which the file was last changed. */
  function changeUnseen(name: string, content: string) {
    const { mtime } = statSync(at(name));
    writeFileSync(at(name), content);
    utimesSync(at(name), mtime, mtime);
  }

  guest.rule(
    "of a short text is shown line by line, of anything else by size and hash, of a secret by nothing",
    async () => {
      const large = `${"x".repeat(99)}\n`.repeat(200);
      const files = [
        { inputs: declared("text"), secrets: [], tampered: "one\n2\nthree\n", shows: "-2\n    +two" },
        {
          inputs: declared("large", { content: large }),
          secrets: [],
          tampered: large.toUpperCase(),
          shows: "content differs, 20000 bytes (sha256",
        },
        {
          inputs: declared("resized", { content: large }),
          secrets: [],
          tampered: `${large}y`,
          shows: "20001 bytes in the guest, 20000 bytes wanted",
        },
        {
          inputs: declared("bytes"),
          secrets: [],
          tampered: Buffer.from([255, 254]),
          shows: "2 bytes in the guest, 14 bytes wanted",
        },
        {
          inputs: declared("secret", { content: "hush-hush" }),
          secrets: ["content"],
          tampered: "HUSH-HUSH",
          shows: "/srv/secret: content differs, 9 bytes\n",
        },
      ].map((one) => ({ ...one, file: guest.file() }));
      const deploy = () => Promise.all(files.map(({ file, inputs, secrets }) => file.up(inputs, secrets)));
      await deploy();
      for (const { inputs, tampered } of files) writeFileSync(guest.at(inputs.path), tampered);
      expect(new Set(await deploy())).toEqual(new Set(["update"]));
      for (const { file, shows } of files) expect(file.said).toContain(shows);
      expect(guest.host.said).not.toMatch(/xxx|hush/i);
      for (const { inputs } of files) expect(readFileSync(guest.at(inputs.path), "utf8")).toBe(inputs.content);
    },
  );

  guest.rule("is found by size and time, by reading the bytes, or not at all, as asked", async () => {
    const modes = ["metadata", "content", "off"] as const;
    const files = modes.map((name) => ({ name, file: guest.file() }));
    const deploy = async () => {
      const up = async ({ name, file }: (typeof files)[number]) =>
        [name, await file.up(declared(name, { driftDetection: name }))] as const;
      return Object.fromEntries(await Promise.all(files.map(up)));
    };
    await deploy();
    for (const { name } of files) changeUnseen(name, "ONE\nTWO\nTHREE\n");
    expect(await deploy()).toEqual({ metadata: "same", content: "update", off: "same" });
    truncateSync(at("metadata"), 3);
    truncateSync(at("off"), 3);
    expect(await deploy()).toEqual({ metadata: "update", content: "same", off: "same" });
    expect(readFileSync(at("off"), "utf8")).toBe("ONE");
  });

  guest.rule("is not seen in a file that was only touched", async () => {
    const file = guest.file();
    await file.up(declared("touched"));
    utimesSync(at("touched"), 5, 5);
    expect(await file.preview(declared("touched"))).toBe("same");
  });

  guest.rule("shows even in the second of a write: times of the last two seconds prove nothing", async () => {
    const [written, adopted] = [guest.file(), guest.file()];
    const content = "one\ntwo\nthree\n";
    writeFileSync(at("adopted"), content);
    await guest.together(async () => {
      await written.upWithin(declared("written"));
      const happens = () => writeFileSync(at("adopted"), content);
      guest.simulator.onRequest({ method: "ListFilesInGuest", times: 100, happens });
      await adopted.upWithin(declared("adopted"));
      guest.simulator.clearDisturbances();
      expect(adopted.state).not.toHaveProperty("modifiedAt");
      writeFileSync(at("written"), content.toUpperCase());
      changeUnseen("adopted", content.toUpperCase());
    });
    const again = [written.up(declared("written")), adopted.up(declared("adopted"))];
    expect(await Promise.all(again)).toEqual(["update", "update"]);
  });
});
