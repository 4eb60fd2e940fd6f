import { given } from "../../values/given";
import type { GuestAliasEntry } from "../../guest/guest";
import { failing, prospectsOf } from "../prospects";
import type { Difference, LookAheadTask, Observed, Place, Prospect, RemovalTask, ResourceKind } from "../resource-kind";
import { certificateKey, certificateOf, fingerprintOf, namedByFingerprint } from "./certificate";
import {
  type GuestAliasInputs,
  type GuestAliasState,
  type GuestAliasTask,
  guestAliasInputs,
  guestAliasState,
} from "./schema";

/** An alias of a guest account: whose SAML tokens are its login. */
export const guestAlias: ResourceKind<GuestAliasInputs, GuestAliasState, "GuestAlias"> = {
  token: "GuestAlias",
  description:
    "Lets SAML tokens that a certificate signs log in as an account of the guest, so that programs need no guest password " +
    "(`guestSamlToken`). Kept by the guest's VGAuth service; needs the privileges VirtualMachine.GuestOperations.ModifyAliases and QueryAliases.",
  example: {
    title: "A guest login without a password",
    typescript: `
new guest.GuestAlias("deploy", {
  vm: "web-1",
  username: "root",
  certificate: readFileSync("sso-signing.pem", "utf8"),
  subject: "deploy@vsphere.local",
  mapCertificate: true,
});`,
    yaml: `
  deploy:
    type: vsphere-guest:GuestAlias
    properties:
      vm: web-1
      username: root
      certificate:
        fn::readFile: ./sso-signing.pem
      subject: deploy@vsphere.local
      mapCertificate: true`,
  },
  inputs: guestAliasInputs,
  state: guestAliasState,
  id: (vm, inputs) => `${vm.instanceUuid}:${keyOf(inputs)}`,
  parseId,
  place,
  lookAhead: (task) => prospectsOf(meet(task)),
  observe,
  converge,
  needsRemoval: (have) => have.created,
  remove,
};

/** `alias:<account>:<beginning of the certificate's SHA-256>:<subject>`, a subject that is not given left out. */
function keyOf({
  username,
  certificate,
  subject,
}: Pick<GuestAliasInputs, "username" | "certificate" | "subject">): string {
  const named = subject === undefined ? "" : `:${encodeURIComponent(subject)}`;
  return `alias:${encodeURIComponent(username)}:${certificateKey(certificate)?.slice(0, 20)}${named}`;
}

function parseId(id: string): Partial<GuestAliasInputs> {
  const [, , username = "", fingerprint = "", subject] = id.split(":");
  return {
    username: decodeURIComponent(username),
    certificate: namedByFingerprint(fingerprint),
    ...given({ subject: subject === undefined ? undefined : decodeURIComponent(subject) }),
  };
}

function place(inputs: GuestAliasInputs): Place {
  return { key: keyOf(inputs), isExclusive: true };
}

/** The alias as it is in the guest. */
async function found({
  guest,
  want,
  op,
}: Pick<GuestAliasTask, "guest" | "want" | "op">): Promise<GuestAliasEntry | undefined> {
  const key = certificateKey(want.certificate) ?? "none";
  const aliases = await guest.aliases.list(want.username, op);
  return aliases.find(
    (one) => fingerprintOf(one.certificate)?.startsWith(key) === true && one.subject === want.subject,
  );
}

async function meet(task: LookAheadTask<GuestAliasInputs>): Promise<Prospect[]> {
  const { guest, want, op } = task;
  const there = await found(task);
  if (there !== undefined) {
    const reasons = differences(want, there).map(({ reason }) => reason);
    if (reasons.length === 0) return [{ outcome: "kept", text: "is there already, as declared; it is adopted" }];
    return [{ outcome: "changed", text: `is there already; it is adopted and changed; ${reasons.join("; ")}` }];
  }
  if (want.mapCertificate !== true) return [];
  const other = await guest.aliases.accountOf(certificateOf(want.certificate), op);
  if (other === undefined || other === want.username) return [];
  return [failing(`the certificate stands for the account "${other}" already.`)];
}

async function observe(task: GuestAliasTask): Promise<Observed<GuestAliasState>> {
  const { want, have } = task;
  const there = await found(task);
  if (there === undefined) return { exists: false, reason: "the guest has no such alias" };
  const drift = differences(want, there);
  const { mapCertificate, comment } = want;
  const seen = {
    ...(mapCertificate === undefined ? {} : { mapCertificate: there.isMapped }),
    ...(comment === undefined ? {} : { comment: there.comment }),
  };
  return { exists: true, state: { ...stateOf(task, there, have?.created ?? false), ...seen }, drift };
}

function differences(want: GuestAliasInputs, there: GuestAliasEntry): Difference[] {
  const { mapCertificate, comment } = want;
  const differing: Difference[] = [];
  if (mapCertificate !== undefined && mapCertificate !== there.isMapped) {
    const reason = there.isMapped
      ? "the certificate stands for the account in the guest, which is not wanted"
      : "the certificate does not stand for the account in the guest";
    differing.push({ property: "mapCertificate", reason });
  }
  if (comment !== undefined && comment !== there.comment)
    differing.push({ property: "comment", reason: "comment differs in the guest" });
  return differing;
}

async function converge(task: GuestAliasTask): Promise<GuestAliasState> {
  const { guest, want, have, op } = task;
  const there = await found(task);
  const wanted: GuestAliasEntry = {
    certificate: certificateOf(want.certificate),
    comment: want.comment ?? there?.comment ?? "",
    isMapped: want.mapCertificate ?? there?.isMapped ?? false,
    ...given({ subject: want.subject }),
  };
  const isAsWanted = there !== undefined && differences(want, there).length === 0;
  // An alias that is there keeps its comment, and its mapping is taken away with it alone.
  if (there !== undefined && !isAsWanted) await guest.aliases.remove(want.username, wanted, op);
  if (!isAsWanted) await guest.aliases.add(want.username, wanted, op);
  return stateOf(task, wanted, have?.created ?? there === undefined);
}

function stateOf({ guest, want }: GuestAliasTask, there: GuestAliasEntry, created: boolean): GuestAliasState {
  const fingerprint = fingerprintOf(there.certificate);
  // An import knows the certificate by its fingerprint.
  const certificate = want.certificate.startsWith("sha256:") ? there.certificate.toString() : want.certificate;
  return { ...want, certificate, created, instanceUuid: guest.vm.instanceUuid, ...given({ fingerprint }) };
}

async function remove({ guest, have, others, op }: RemovalTask<GuestAliasState>): Promise<void> {
  const holder = await others.heldBy(keyOf(have));
  if (holder !== undefined) return op.log.info(`${guest.vm.name} ${keyOf(have)}: ${holder} has it, so it is left`);
  const alias = { certificate: certificateOf(have.certificate), ...given({ subject: have.subject }) };
  await guest.aliases.remove(have.username, alias, op);
}
