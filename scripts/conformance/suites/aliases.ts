import { z } from "zod";
import type { CorpusRecord } from "../corpus";
import { compareObserved } from "../observed";
import type { ReplayGuest } from "../replay-guest";
import { childText, type Answer, type Parameter, type ParameterValue } from "../soap-client";
import { compare, compareFault, leftOut, verdictOf, type Verdict } from "../verdict";
import type { XmlElement } from "../../../simulator/soap/xml-tree";

const methods: Readonly<Record<string, string>> = {
  ADD_AUTH_ALIAS: "AddGuestAlias",
  REMOVE_AUTH_ALIAS: "RemoveGuestAlias",
  REMOVE_AUTH_ALIAS_BY_CERT: "RemoveGuestAliasByCert",
  LIST_AUTH_PROVIDER_ALIASES: "ListGuestAliases",
  LIST_AUTH_MAPPED_ALIASES: "ListGuestMappedAliases",
};

const requestSchema = z.looseObject({
  username: z.string().default("vgtest"),
  mapCert: z.boolean().default(false),
  subjectType: z.union([z.string(), z.number()]).default("any"),
  subject: z.string().default(""),
  comment: z.string().default(""),
});

/** Replays one step of the aliases' story; its records build on each other, so they run in order in one guest. */
export async function replayAlias(
  guest: ReplayGuest,
  record: CorpusRecord,
  certificates: readonly [string, string],
): Promise<Verdict> {
  const method = methods[record.op ?? ""];
  if (method === undefined) return leftOut(`no vSphere operation for ${record.op}`);
  const request = requestSchema.parse(record.request);
  const certificate = certificateOf(record.id, certificates);
  const answer = await guest.call("alias", method, guest.userOf(record), parametersOf(method, request, certificate));
  const complaints = compareFault(record.result.vix, answer);
  const { raw } = record.result;
  if (complaints.length === 0 && raw !== undefined)
    complaints.push(...compare("aliases", raw, asRecorded(answer, certificates)));
  return verdictOf([...complaints, ...(await compareObserved(guest, record))]);
}

/** Which of the two certificates a step is about: mapped steps use the second. */
function certificateOf(id: string, [first, second]: readonly [string, string]): string {
  if (/bad-cert/.test(id)) return "bm90IGEgY2VydGlmaWNhdGU=";
  if (/empty-cert/.test(id)) return "";
  return /mapped|by-cert-2|map-cert/.test(id) ? second : first;
}

function parametersOf(
  method: string,
  request: z.output<typeof requestSchema>,
  certificate: string,
): readonly Parameter[] {
  const username: Parameter = ["username", request.username];
  const base64Cert: Parameter = ["base64Cert", certificate];
  const subject: ParameterValue =
    request.subjectType === "named"
      ? { type: "GuestAuthNamedSubject", fields: [["name", request.subject]] }
      : { type: "GuestAuthAnySubject", fields: [] };
  const aliasInfo: ParameterValue = {
    type: "GuestAuthAliasInfo",
    fields: [
      ["subject", subject],
      ["comment", request.comment],
    ],
  };
  switch (method) {
    case "AddGuestAlias":
      return [username, ["mapCert", request.mapCert], base64Cert, ["aliasInfo", aliasInfo]];
    case "RemoveGuestAlias":
      return [username, base64Cert, ["subject", subject]];
    case "RemoveGuestAliasByCert":
      return [username, base64Cert];
    case "ListGuestAliases":
      return [username];
    default:
      return [];
  }
}

/** The answer in the form of the inner channel, as the corpus holds it. */
function asRecorded({ returned }: Answer, [first, second]: readonly [string, string]): string {
  const records = returned.map((entry) => {
    const certificate = childText(entry, "base64Cert") ?? "";
    const name = certificate === first ? "<CERT1>" : certificate === second ? "<CERT2>" : certificate;
    const username = childText(entry, "username");
    const user = username === undefined ? "" : `<userName>${username}</userName>`;
    return `<record><pemCert>${name}</pemCert>${user}${entry.children.map(aliasText).join("")}</record>`;
  });
  return `<escaped/>${records.join("")}`;
}

function aliasText(element: XmlElement): string {
  if (element.name !== "aliases" && element.name !== "subjects") return "";
  const subject = element.name === "aliases" ? element.children.find(({ name }) => name === "subject") : element;
  const name = subject && childText(subject, "name");
  const comment = childText(element, "comment");
  const end = comment === undefined ? "" : `<comment>${encode(comment)}</comment>`;
  return `<alias><type>${name === undefined ? 2 : 1}</type><name>${encode(name ?? "")}</name>${end}</alias>`;
}

function encode(text: string): string {
  return text.replace(/[%<>&'"]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
