import { samples } from "../every-kind/one-of-each";
import { inOneGuest, type OneGuest } from "../one-guest";
import { samlAssertion } from "../../unit/guest/logins/saml-assertion";
import { VCenter } from "../../../provider/guest/vcenter-pool";
import { operation, root, settingsFor } from "../../unit/vcenter/workbench";

const app = { name: "app", password: "app", uid: 1001, gid: 1001, home: "/home/app" };
const { certificate = "" } = samples.GuestAlias.first;

/** What the guest's own list says, by account. */
async function aliasesOf(
  guest: OneGuest,
  username: string,
): Promise<{ subject: string | undefined; comment: string }[]> {
  const vcenter = new VCenter(settingsFor(guest.simulator));
  try {
    const { aliases } = await vcenter.calls(guest.vm, root, operation());
    const found = await aliases.listGuestAliases(username, operation());
    return found.flatMap((one) => one.aliases.map(({ subject, comment }) => ({ subject: subject.name, comment })));
  } finally {
    await vcenter.close();
  }
}

/** Somebody else's alias. */
async function addAlias(guest: OneGuest, username: string, name: string, mapCert = false): Promise<void> {
  const vcenter = new VCenter(settingsFor(guest.simulator));
  const { aliases } = await vcenter.calls(guest.vm, root, operation());
  await aliases.addGuestAlias(
    { username, mapCert, base64Cert: certificate, subject: { name }, comment: "theirs" },
    operation(),
  );
  await vcenter.close();
}

inOneGuest(
  (guest) => {
    const declared = (inputs: object = {}) => ({ vm: guest.vm, username: "app", certificate, ...inputs });

    test("made, seen when it goes, made again, taken away", async () => {
      const alias = guest.alias();
      const wanted = declared({ subject: "one@corp", comment: "ours" });
      expect(await alias.up(wanted)).toBe("create");
      expect(await aliasesOf(guest, "app")).toContainEqual({ subject: "one@corp", comment: "ours" });
      expect(await alias.up({ ...wanted, comment: "changed" })).toBe("update");
      expect(await aliasesOf(guest, "app")).toContainEqual({ subject: "one@corp", comment: "changed" });
      await alias.destroy();
      expect((await aliasesOf(guest, "app")).map(({ subject }) => subject)).not.toContain("one@corp");
    });

    test("one that was there stays with a destroy, and a preview tells of it", async () => {
      await addAlias(guest, "app", "theirs@corp");
      const alias = guest.alias();
      const wanted = declared({ subject: "theirs@corp" });
      expect(await alias.preview(wanted)).toBe("create");
      expect(alias.said).toContain("is there already, as declared");
      await alias.up(wanted);
      await alias.destroy();
      expect(await aliasesOf(guest, "app")).toContainEqual({ subject: "theirs@corp", comment: "theirs" });
    });

    test("the same certificate in another notation is no difference, nor is it after an import", async () => {
      const alias = guest.alias();
      const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
      await alias.up(declared({ subject: "notation@corp" }));
      expect(await alias.preview(declared({ subject: "notation@corp", certificate: pem }))).toBe("same");
      const imported = guest.alias();
      const { id = "" } = alias.recorded ?? {};
      await guest.together(() => imported.importWithin(id));
      expect(await imported.preview(declared({ subject: "notation@corp", certificate: pem, comment: "" }))).toBe(
        "same",
      );
      await imported.destroy();
      expect((await aliasesOf(guest, "app")).map(({ subject }) => subject)).toContain("notation@corp");
      await alias.destroy();
    });

    test("two resources of one alias are one too many", async () => {
      const wanted = declared({ subject: "twice@corp" });
      const [one, other] = [guest.alias(), guest.alias()];
      const outcome = await guest.together(async () => {
        await one.upWithin(wanted);
        return other.upWithin(wanted).then(
          () => "made",
          (error: Error) => error.message,
        );
      });
      expect(outcome).toMatch(/alias:app:[0-9a-f]{20}:twice%40corp: .*both declare it/);
      await one.destroy();
    });

    test("what is wrong is said: no certificate, an unknown account, a certificate that stands for another one", async () => {
      await expect(guest.alias().up(declared({ certificate: "none" }))).rejects.toThrow(/certificate.*X\.509/s);
      await expect(guest.alias().up(declared({ username: "nobody-here" }))).rejects.toThrow(
        /does not accept|nobody-here/,
      );
      await addAlias(guest, "root", "mapped@corp", true);
      const alias = guest.alias();
      await alias.preview(declared({ subject: "another@corp", mapCertificate: true }));
      expect(alias.said).toMatch(/stands for the account "root" already/);
      await expect(alias.up(declared({ subject: "another@corp", mapCertificate: true }))).rejects.toThrow(
        /root|mapped|already/i,
      );
    });

    test("a token is then the login of other resources, and of no record in plain text", async () => {
      const alias = guest.alias();
      await alias.up(declared({ subject: "deploy@corp" }));
      const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
      const login = { samlToken: samlAssertion(pem, "deploy@corp"), username: "app" };
      const run = guest.run();
      await run.up({ vm: guest.vm, script: "id -un", guest: login });
      expect(run.state).toMatchObject({ stdout: "app" });
      await expect(
        guest.run().up({ vm: guest.vm, script: "id -un", guest: { samlToken: login.samlToken, password: "x" } }),
      ).rejects.toThrow(/needs username and password, or samlToken/);
      await run.destroy();
      await alias.destroy();
    });
  },
  { guestUsers: [app] },
);
