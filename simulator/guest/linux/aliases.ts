import { X509Certificate } from "node:crypto";
import { existsSync, lchownSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { VixError, type GuestUser } from "../guest-agent";
import { vixErrors } from "../vix";
import type { GuestSystem } from "./guest-system";
import { canSwitchUsers } from "./run-as";

/** Where VGAuth keeps aliases; part of the guest's layout. */
const storeDirectory = "/var/lib/vmware/VGAuth/aliasStore";

const subjectSchema = z.union([
  z.object({ $type: z.literal("GuestAuthNamedSubject"), name: z.string() }),
  z.object({ $type: z.literal("GuestAuthAnySubject") }),
]);
const parametersSchema = z.object({
  username: z.string().optional(),
  mapCert: z.boolean().optional(),
  base64Cert: z.string().optional(),
  aliasInfo: z.object({ subject: subjectSchema, comment: z.string() }).optional(),
  subject: subjectSchema.optional(),
});

/** All of the store, as it is when the guest boots again. */
const keptName = "simulated.json";
const keptSchema = z.object({
  aliases: z.array(
    z.tuple([
      z.string(),
      z.array(z.tuple([z.string(), z.array(z.object({ subject: subjectSchema, comment: z.string() }))])),
    ]),
  ),
  mappings: z.array(z.tuple([z.string(), z.object({ username: z.string(), subjects: z.array(subjectSchema) })])),
});

type Subject = z.infer<typeof subjectSchema>;
type Parameters = z.infer<typeof parametersSchema>;

interface Alias {
  readonly subject: Subject;
  readonly comment: string;
}

interface Mapping {
  readonly username: string;
  readonly subjects: Subject[];
}

/**
 * Certificates bound to accounts of a guest (docs/reference/guest-operations.md#aliases). The files
 * that VGAuth would keep show who has aliases. Root may do everything, others their own account.
 */
export class AliasStore {
  readonly #aliases = new Map<string, Map<string, Alias[]>>();
  readonly #mappings = new Map<string, Mapping>();

  readonly #users: readonly GuestUser[];
  readonly #system: GuestSystem;

  constructor(system: GuestSystem) {
    this.#system = system;
    this.#users = system.users;
    this.#load();
  }

  /** What is refused before the login: empty names and certificates. */
  checkShape(input: unknown): void {
    const { username, base64Cert, aliasInfo, subject } = parametersSchema.parse(input);
    const named = aliasInfo?.subject ?? subject;
    const isNameless = named?.$type === "GuestAuthNamedSubject" && named.name === "";
    if (username === "" || base64Cert === "" || isNameless) throw new VixError(vixErrors.INVALID_ARGUMENT);
  }

  /** Runs one method of GuestAliasManager for a user who has logged in. */
  run(method: string, login: GuestUser, input: unknown): unknown {
    const parameters = parametersSchema.parse(input);
    if (method === "ListGuestMappedAliases") return this.#listMapped();
    const { username = "" } = parameters;
    if (login.uid !== 0 && login.name !== username) throw new VixError(vixErrors.GUEST_USER_PERMISSIONS);
    switch (method) {
      case "AddGuestAlias":
        return this.#add(username, parameters);
      case "RemoveGuestAlias":
        return this.#remove(username, certificateOf(parameters), parameters.subject);
      case "RemoveGuestAliasByCert":
        return this.#remove(username, certificateOf(parameters), undefined);
      case "ListGuestAliases":
        return this.#list(username);
      default:
        throw new VixError(vixErrors.FAIL, `no such alias operation: ${method}`);
    }
  }

  /** The account for which a certificate's tokens about a subject are good; without `username` by its mapping. */
  accountFor(certificate: string, name: string, username?: string): string | undefined {
    const accepts = (subject: Subject) => subject.$type === "GuestAuthAnySubject" || subject.name === name;
    if (username === undefined) {
      const mapping = this.#mappings.get(certificate);
      return mapping?.subjects.some(accepts) === true ? mapping.username : undefined;
    }
    const aliases = this.#aliases.get(username)?.get(certificate) ?? [];
    return aliases.some(({ subject }) => accepts(subject)) ? username : undefined;
  }

  #add(username: string, parameters: Parameters): void {
    const certificate = certificateOf(parameters);
    const { aliasInfo, mapCert } = parameters;
    if (aliasInfo === undefined || !this.#users.some(({ name }) => name === username) || !isCertificate(certificate)) {
      throw new VixError(vixErrors.INVALID_ARGUMENT);
    }
    const mapping = this.#mappings.get(certificate);
    if (mapCert === true && mapping !== undefined && mapping.username !== username) {
      throw new VixError(vixErrors.GUEST_AUTH_MULTIPLE_MAPPINGS);
    }
    const ofUser = this.#aliases.get(username) ?? new Map<string, Alias[]>();
    const ofCertificate = ofUser.get(certificate) ?? [];
    if (!ofCertificate.some(({ subject }) => isSame(subject, aliasInfo.subject))) ofCertificate.push(aliasInfo);
    this.#aliases.set(username, ofUser.set(certificate, ofCertificate));
    if (mapCert === true) {
      const subjects = mapping?.subjects ?? [];
      if (!subjects.some((subject) => isSame(subject, aliasInfo.subject))) subjects.push(aliasInfo.subject);
      this.#mappings.set(certificate, { username, subjects });
    }
    this.#save(username);
  }

  /** Without a subject all of the certificate's. */
  #remove(username: string, certificate: string, subject: Subject | undefined): void {
    const ofUser = this.#aliases.get(username);
    const before = ofUser?.get(certificate) ?? [];
    const isMeant = (other: Subject): boolean => subject === undefined || isSame(other, subject);
    const left = before.filter((alias) => !isMeant(alias.subject));
    if (ofUser === undefined || left.length === before.length) throw new VixError(vixErrors.INVALID_ARGUMENT);
    if (left.length === 0) ofUser.delete(certificate);
    else ofUser.set(certificate, left);
    const mapping = this.#mappings.get(certificate);
    if (mapping?.username === username) {
      const subjects = mapping.subjects.filter((other) => !isMeant(other));
      if (subjects.length === 0) this.#mappings.delete(certificate);
      else this.#mappings.set(certificate, { username, subjects });
    }
    this.#save(username);
  }

  #list(username: string): unknown {
    return [...(this.#aliases.get(username) ?? [])].map(([base64Cert, aliases]) => ({
      base64Cert,
      aliases: aliases.map(({ subject, comment }) => ({ subject, comment })),
    }));
  }

  #listMapped(): unknown {
    return [...this.#mappings].map(([base64Cert, { username, subjects }]) => ({ base64Cert, username, subjects }));
  }

  /** What was there before the guest's last boot. */
  #load(): void {
    const kept = this.#storeFile(keptName);
    if (!existsSync(kept)) return;
    const { aliases, mappings } = keptSchema.parse(JSON.parse(readFileSync(kept, "utf8")));
    for (const [username, ofUser] of aliases) this.#aliases.set(username, new Map(ofUser));
    for (const [certificate, mapping] of mappings) this.#mappings.set(certificate, mapping);
  }

  #save(username: string): void {
    const aliases = [...this.#aliases].map(([name, ofUser]) => [name, [...ofUser]]);
    writeFileSync(this.#storeFile(keptName), JSON.stringify({ aliases, mappings: [...this.#mappings] }), {
      mode: 0o600,
    });
    const userFile = this.#storeFile(`user-${username}.xml`);
    writeFileSync(userFile, xmlText([...(this.#aliases.get(username)?.keys() ?? [])]), { mode: 0o600 });
    const user = this.#users.find(({ name }) => name === username);
    if (user !== undefined && canSwitchUsers()) lchownSync(userFile, user.uid, user.gid);
    if (this.#mappings.size > 0) writeFileSync(this.#storeFile("mapping.xml"), xmlText([...this.#mappings.keys()]));
  }

  #storeFile(name: string): string {
    return this.#system.tree.locateForChange(`${storeDirectory}/${name}`, { followLast: true }).hostPath;
  }
}

function certificateOf(parameters: Parameters): string {
  return (parameters.base64Cert ?? "").replace(/\s+/g, "");
}

function isCertificate(base64: string): boolean {
  try {
    return new X509Certificate(Buffer.from(base64, "base64")).raw.length > 0;
  } catch {
    return false;
  }
}

function isSame(a: Subject, b: Subject): boolean {
  if (a.$type === "GuestAuthNamedSubject" && b.$type === "GuestAuthNamedSubject") return a.name === b.name;
  return a.$type === b.$type;
}

function xmlText(certificates: readonly string[]): string {
  const entries = certificates.map((certificate) => `  <pemCert>${certificate}</pemCert>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<aliases>\n${entries.join("")}</aliases>\n`;
}
