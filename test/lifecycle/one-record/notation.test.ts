import { existsSync, mkdirSync } from "node:fs";
import { inOneGuest } from "../one-guest";

inOneGuest((guest) => {
  beforeAll(() => mkdirSync(guest.at("/srv/notation/d"), { recursive: true }));

  guest.rule("another notation of a file's path is no difference", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, content: "x" };
    await file.up({ ...declared, path: "/srv/notation/f" });
    for (const path of ["/srv//notation/f", "/srv/./notation/f", "/srv/notation/./f", "//srv/notation/f"]) {
      expect(await file.up({ ...declared, path })).toBe("same");
    }
    await file.destroy();
    expect(existsSync(guest.at("/srv/notation/f"))).toBe(false);
  });

  guest.rule("nor is it of a directory's", async () => {
    const directory = guest.directory();
    await directory.up({ vm: guest.vm, path: "/srv/notation/made" });
    expect(await directory.up({ vm: guest.vm, path: "/srv/notation/made/" })).toBe("same");
    expect(await directory.up({ vm: guest.vm, path: "/srv/notation//made/." })).toBe("same");
    await directory.destroy();
    expect(existsSync(guest.at("/srv/notation/made"))).toBe(false);
  });

  guest.rule("what replaces an object in its place is made after the old one has gone", async () => {
    const file = guest.file();
    const declared = { vm: guest.vm, path: "/srv/notation/onto", content: "one" };
    await file.up(declared);
    expect(await file.deletesBeforeReplace({ ...declared, content: "two" })).toBe(true);
    expect(await file.deletesBeforeReplace({ ...declared, path: "/srv/notation/elsewhere" })).toBe(false);
  });
});
