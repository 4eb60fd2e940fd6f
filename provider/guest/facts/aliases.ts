import { X509Certificate } from "node:crypto";
import { GuestError } from "../../errors/guest-error";
import { allDone } from "../../operation/all-done";
import type { Operation } from "../../operation/operation";
import { given } from "../../values/given";
import { answerWasLost } from "../calls/request-outcome";
import type { GuestCalls } from "../calls/guest-calls";
import type { GuestAliases, GuestAliasEntry } from "../guest";

/** Aliases of a guest's accounts (docs/reference/guest-operations.md#aliases). */
export class Aliases implements GuestAliases {
  readonly #calls: GuestCalls;

  constructor(calls: GuestCalls) {
    this.#calls = calls;
  }

  async list(username: string, op: Operation): Promise<GuestAliasEntry[]> {
    const [found, mappings] = await allDone([
      this.#calls.aliases.listGuestAliases(username, op),
      this.#calls.aliases.listGuestMappedAliases(op),
    ]);
    return found.flatMap(({ base64Cert, aliases }) => {
      const certificate = decoded(base64Cert);
      const mapped = mappings.find((one) => one.username === username && isSame(decoded(one.base64Cert), certificate));
      return aliases.map(({ subject, comment }) => ({
        certificate,
        comment,
        isMapped: mapped?.subjects.some(({ name }) => name === subject.name) === true,
        ...given({ subject: subject.name }),
      }));
    });
  }

  async accountOf(certificate: X509Certificate, op: Operation): Promise<string | undefined> {
    const mappings = await this.#calls.aliases.listGuestMappedAliases(op);
    return mappings.find(({ base64Cert }) => isSame(decoded(base64Cert), certificate))?.username;
  }

  add(username: string, { certificate, subject, comment, isMapped }: GuestAliasEntry, op: Operation): Promise<void> {
    const base64Cert = certificate.raw.toString("base64");
    const alias = { username, mapCert: isMapped, base64Cert, subject: given({ name: subject }), comment };
    return this.#calls.aliases.addGuestAlias(alias, op);
  }

  async remove(
    username: string,
    { certificate, subject }: Pick<GuestAliasEntry, "certificate" | "subject">,
    op: Operation,
  ): Promise<boolean> {
    // The guest finds it by the text that it tells.
    const found = await this.#calls.aliases.listGuestAliases(username, op);
    const there = found.find((one) => isSame(decoded(one.base64Cert), certificate));
    if (there?.aliases.some((one) => one.subject.name === subject) !== true) return false;
    try {
      await this.#calls.aliases.removeGuestAlias(username, there.base64Cert, given({ name: subject }), op);
      return true;
    } catch (error) {
      if (!answerWasLost(error)) throw error;
      await this.remove(username, { certificate, ...given({ subject }) }, op);
      return true;
    }
  }
}

function decoded(base64: string): X509Certificate {
  try {
    return new X509Certificate(Buffer.from(base64, "base64"));
  } catch (error) {
    throw new GuestError("PROTOCOL_ERROR", "The guest tells of an alias whose certificate can't be read.", {
      cause: error,
    });
  }
}

function isSame(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256;
}
