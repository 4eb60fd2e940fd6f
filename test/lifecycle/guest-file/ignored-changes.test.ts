import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { textAsset } from "../assets";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  const at = (path: string) => guest.at(path);
  const modeOf = (path: string) => (statSync(at(path)).mode & 0o777).toString(8);

  const contents = [
    { title: "text", inputs: (text: string) => ({ content: text }), name: "content" },
    { title: "base64", inputs: (text: string) => ({ contentBase64: btoa(text) }), name: "contentBase64" },
    { title: "an asset", inputs: (text: string) => ({ source: textAsset(text) }), name: "source" },
  ];
  for (const { title, inputs, name } of contents) {
    guest.rule(
      `content (${title}) whose changes are ignored is left alone, also when something else is updated`,
      async () => {
        const file = guest.file();
        const path = `/srv/ignored-${name}`;
        const declared = (text: string, mode: string) => ({ vm: guest.vm, path, mode, ...inputs(text) });
        await file.up(declared("ours", "0644"));
        const { sha256 } = file.state;
        file.options = { ignoreChanges: [name] };
        writeFileSync(at(path), "theirs");
        expect(await file.up(declared("ours", "0644"))).toBe("same");
        expect(await file.up(declared("newer", "0644"))).toBe("same");
        expect(await file.up(declared("newer", "0600"))).toBe("update");
        expect([readFileSync(at(path), "utf8"), modeOf(path)]).toEqual(["theirs", "600"]);
        expect(file.state).toMatchObject({ sha256, mode: "0600" });
        chmodSync(at(path), 0o666);
        expect(await file.up(declared("newer", "0600"))).toBe("update");
        expect([readFileSync(at(path), "utf8"), modeOf(path)]).toEqual(["theirs", "600"]);

        file.options = {};
        expect(await file.up(declared("newer", "0600"))).toBe("update");
        expect(readFileSync(at(path), "utf8")).toBe("newer");
      },
    );
  }

  guest.rule("a file whose content is ignored is made again when it is gone", async () => {
    const file = guest.file();
    const inputs = { vm: guest.vm, path: "/srv/gone", content: "ours" };
    file.options = { ignoreChanges: ["content"] };
    await file.up(inputs);
    rmSync(at("/srv/gone"));
    expect(await file.up(inputs)).toBe("update");
    expect(readFileSync(at("/srv/gone"), "utf8")).toBe("ours");
  });

  guest.rule("attributes whose changes are ignored are left alone while the content is updated", async () => {
    const file = guest.file();
    const inputs = { vm: guest.vm, path: "/srv/attributes", content: "one", mode: "0644" };
    file.options = { ignoreChanges: ["mode"] };
    await file.up(inputs);
    chmodSync(at("/srv/attributes"), 0o640);
    expect(await file.up(inputs)).toBe("same");
    expect(await file.up({ ...inputs, content: "two" })).toBe("update");
    expect([readFileSync(at("/srv/attributes"), "utf8"), modeOf("/srv/attributes")]).toEqual(["two", "640"]);
  });

  guest.rule("with driftDetection off content is written once: only another declared content is written", async () => {
    const file = guest.file();
    const inputs = { vm: guest.vm, path: "/srv/once", content: "first", mode: "0644", driftDetection: "off" };
    await file.up(inputs);
    writeFileSync(at("/srv/once"), "grown in the guest");
    expect(await file.up(inputs)).toBe("same");
    expect(await file.up({ ...inputs, mode: "0600" })).toBe("update");
    expect([readFileSync(at("/srv/once"), "utf8"), modeOf("/srv/once")]).toEqual(["grown in the guest", "600"]);
    expect(await file.up({ ...inputs, mode: "0600", content: "second" })).toBe("update");
    expect(readFileSync(at("/srv/once"), "utf8")).toBe("second");
    writeFileSync(at("/srv/once"), "2.ond!");
    expect(await file.up({ ...inputs, mode: "0644", content: "second" })).toBe("update");
    expect(await file.up({ ...inputs, content: "second", driftDetection: "metadata" })).toBe("update");
    expect(readFileSync(at("/srv/once"), "utf8")).toBe("second");
  });

  guest.rule("a tree whose changes are ignored is left alone, also when the directory's mode is updated", async () => {
    const directory = guest.directory();
    const inputs = { vm: guest.vm, path: "/srv/tree", mode: "0755", source: __dirname };
    directory.options = { ignoreChanges: ["source"] };
    await directory.up(inputs);
    const { sha256, files } = directory.state;
    writeFileSync(at("/srv/tree/own-directory.ts"), "theirs");
    expect(await directory.up(inputs)).toBe("same");
    expect(await directory.up({ ...inputs, mode: "0700" })).toBe("update");
    expect(readFileSync(at("/srv/tree/own-directory.ts"), "utf8")).toBe("theirs");
    expect(directory.state).toMatchObject({ sha256, files, mode: "0700" });
    rmSync(at("/srv/tree/own-directory.ts"));
    await directory.destroy();
    expect(existsSync(at("/srv/tree"))).toBe(false);
  });
});
