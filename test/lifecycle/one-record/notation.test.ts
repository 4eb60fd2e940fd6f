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

describe("in a Windows guest", () => {
  inOneGuest(
    (guest) => {
      guest.rule("case, slashes and dots of a path are no difference, and no other object", async () => {
        mkdirSync(guest.at("App"), { recursive: true });
        const file = guest.file();
        const declared = { vm: guest.vm, content: "x" };
        await file.up({ ...declared, path: "C:\\App\\f" });
        for (const path of ["c:/app/F", "C:\\\\App\\f", "C:\\App\\.\\f"]) {
          expect(await file.up({ ...declared, path })).toBe("same");
        }
        await file.destroy();
        expect(existsSync(guest.at("App/f"))).toBe(false);
      });

      guest.rule("two resources of one path are an error, and a renamed one's file stays", async () => {
        mkdirSync(guest.at("Two"), { recursive: true });
        const [one, other, after] = [guest.file(), guest.file(), guest.file()];
        const declared = { vm: guest.vm, path: "C:\\Two\\f", content: "x" };
        const told = await guest.together(async () => {
          await one.upWithin(declared);
          return other.upWithin({ ...declared, path: "c:/two/F" }).catch(String);
        });
        expect(told).toContain("both declare it");
        await guest.together(async () => {
          await after.upWithin({ ...declared, path: "c:/two/F" });
          await one.destroyWithin();
        });
        expect(existsSync(guest.at("Two/f"))).toBe(true);
      });
    },
    { os: "windows" },
  );
});
