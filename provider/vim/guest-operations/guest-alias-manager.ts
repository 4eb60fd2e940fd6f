import type { z } from "zod";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { typed, type TypedValue } from "../../soap/soap-value";
import { authenticationValue, type GuestAuthentication } from "./guest-authentication";
import { ManagedObject, nothing, type CallOptions } from "../managed-object";
import { dataObject, optional, repeated, required, text } from "../xsd";

/** The SAML subjects that an alias accepts: one name, or (without) any that the certificate signs for. */
export interface GuestAuthSubject {
  readonly name?: string;
}

const subject = dataObject({ name: optional(text) });
const guestAliases = dataObject({
  base64Cert: required(text),
  aliases: repeated(dataObject({ subject: required(subject), comment: required(text) })),
});
const guestMappedAliases = dataObject({
  base64Cert: required(text),
  username: required(text),
  subjects: repeated(subject),
});
export type GuestAliases = z.output<typeof guestAliases>;
export type GuestMappedAliases = z.output<typeof guestMappedAliases>;

export interface GuestAliasSpec {
  readonly username: string;
  /** Also map the certificate to the user, so that tokens need no user name. */
  readonly mapCert: boolean;
  /** DER in base64, without PEM lines. */
  readonly base64Cert: string;
  readonly subject: GuestAuthSubject;
  readonly comment: string;
}

/** Certificates whose SAML tokens a guest account accepts (docs/reference/guest-operations.md#aliases). */
export class GuestAliasManager extends ManagedObject {
  addGuestAlias(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    alias: GuestAliasSpec,
    call: CallOptions = {},
  ): Promise<void> {
    const { username, mapCert, base64Cert } = alias;
    const aliasInfo = { subject: subjectValue(alias.subject), comment: alias.comment };
    const parameters = { vm, auth: authenticationValue(auth), username, mapCert, base64Cert, aliasInfo };
    return this.repeatable("AddGuestAlias", parameters, nothing, call);
  }

  removeGuestAlias(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    username: string,
    base64Cert: string,
    subjectToRemove: GuestAuthSubject,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = {
      vm,
      auth: authenticationValue(auth),
      username,
      base64Cert,
      subject: subjectValue(subjectToRemove),
    };
    return this.once("RemoveGuestAlias", parameters, nothing, call);
  }

  removeGuestAliasByCert(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    username: string,
    base64Cert: string,
    call: CallOptions = {},
  ): Promise<void> {
    const parameters = { vm, auth: authenticationValue(auth), username, base64Cert };
    return this.once("RemoveGuestAliasByCert", parameters, nothing, call);
  }

  listGuestAliases(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    username: string,
    call: CallOptions = {},
  ): Promise<GuestAliases[]> {
    const parameters = { vm, auth: authenticationValue(auth), username };
    return this.repeatable("ListGuestAliases", parameters, repeated(guestAliases), call);
  }

  listGuestMappedAliases(
    vm: ManagedObjectReference,
    auth: GuestAuthentication,
    call: CallOptions = {},
  ): Promise<GuestMappedAliases[]> {
    const parameters = { vm, auth: authenticationValue(auth) };
    return this.repeatable("ListGuestMappedAliases", parameters, repeated(guestMappedAliases), call);
  }
}

function subjectValue({ name }: GuestAuthSubject): TypedValue {
  return name === undefined ? typed("GuestAuthAnySubject", {}) : typed("GuestAuthNamedSubject", { name });
}
