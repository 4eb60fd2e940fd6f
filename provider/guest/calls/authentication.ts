import { GuestError, faultOf, hasCode } from "../../errors/guest-error";
import { memoize } from "../../operation/memo";
import type { CallOptions } from "../../soap/soap-call";
import type { ManagedObjectReference } from "../../soap/managed-object-reference";
import { SamlTokens } from "../../vcenter/saml-token";
import { TokenDialogue } from "../../vcenter/token-command";
import type { GuestAuthManager } from "../../vim/guest-operations/guest-auth-manager";
import type { GuestAuthentication } from "../../vim/guest-operations/guest-authentication";
import { given } from "../../values/given";
import type { GuestCredential, SspiTokens } from "../guest";

/** Answers of a guest to one login; more would be a server that never ends. */
const mostChallenges = 10;

/** What a login needs that is not there yet: a ticket of the guest's. */
export interface Asking {
  readonly manager: GuestAuthManager;
  readonly vm: ManagedObjectReference;
  readonly call: CallOptions;
}

/** A credential as it goes with calls to one guest: what has to be acquired for it is kept, and released at the end. */
export class Authentication {
  readonly #credential: GuestCredential;
  readonly #saml: SamlTokens | undefined;
  #ticket: (() => Promise<GuestAuthentication>) | undefined;
  #sizeBytes = 0;
  #isHandedOver = false;

  constructor(credential: GuestCredential) {
    this.#credential = credential;
    if ("password" in credential) this.#sizeBytes = Buffer.byteLength(credential.username + credential.password) + 2;
    this.#saml = "samlToken" in credential ? new SamlTokens(credential.samlToken, "guestSamlToken") : undefined;
  }

  /** The login to send. GUEST_LOGIN_FAILED where a ticket has to be acquired and the guest refuses. */
  async current(asking: Asking): Promise<GuestAuthentication> {
    const credential = this.#credential;
    const { interactiveSession } = credential;
    if ("password" in credential) return { type: "NamePasswordAuthentication", ...credential };
    if ("ticket" in credential)
      return { type: "TicketedSessionAuthentication", interactiveSession, ticket: credential.ticket };
    if ("sspi" in credential) {
      this.#ticket ??= memoize(() => acquire(credential.sspi, interactiveSession, asking));
      return this.#ticket();
    }
    const token = (await this.#saml?.token()) ?? "";
    this.#sizeBytes = Buffer.byteLength(token);
    return { type: "SAMLTokenAuthentication", interactiveSession, token, ...given({ username: credential.username }) };
  }

  /** Sends a call with the login. A ticket that the guest no longer knows (it has rebooted) is acquired anew, once. */
  async with<T>(asking: Asking, send: (auth: GuestAuthentication) => Promise<T>): Promise<T> {
    const kept = this.#ticket;
    try {
      return await send(await this.current(asking));
    } catch (error) {
      if (kept === undefined || !hasCode(error, "GUEST_LOGIN_FAILED")) throw error;
      if (this.#ticket === kept) this.#ticket = undefined;
      return send(await this.current(asking));
    }
  }

  /** The ticket is somebody else's to release. */
  handOver(ticket: string): string {
    this.#isHandedOver = true;
    return ticket;
  }

  /** Gives a ticket back that was acquired here; never fails. */
  async release(asking: Asking): Promise<void> {
    const kept = this.#ticket;
    this.#ticket = undefined;
    if (kept === undefined || this.#isHandedOver) return;
    try {
      await asking.manager.releaseCredentialsInGuest(asking.vm, await kept(), asking.call);
    } catch {
      // It ends with the guest's next boot.
    }
  }

  /** Bytes that the login takes of each operation's room; those of a token are known once it was used. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** True where something has to be released. */
  get holdsTicket(): boolean {
    return this.#ticket !== undefined;
  }
}

/**
 * A ticket by SSPI: the guest answers each token with a challenge until it is content
 * (docs/reference/guest-operations.md#guest-login).
 */
async function acquire(
  sspi: SspiTokens | { readonly command: string },
  interactiveSession: boolean,
  { manager, vm, call }: Asking,
): Promise<GuestAuthentication> {
  const tokens = "command" in sspi ? new TokenDialogue("guestSspiCommand", sspi.command) : sspi;
  try {
    let sspiToken = await tokens.next();
    let sessionId: bigint | undefined;
    for (let challenges = 0; challenges < mostChallenges; challenges += 1) {
      const requested = { type: "SSPIAuthentication", interactiveSession, sspiToken } as const;
      try {
        const { type, ticket } = await manager.acquireCredentialsInGuest(vm, requested, sessionId, call);
        if (type === "TicketedSessionAuthentication" && ticket !== undefined)
          return { type, interactiveSession, ticket };
        throw new GuestError("PROTOCOL_ERROR", `AcquireCredentialsInGuest gave ${type} in place of a ticket.`);
      } catch (error) {
        const challenge = challengeIn(error);
        if (challenge === undefined) throw error;
        sessionId = challenge.sessionId;
        sspiToken = await tokens.next(challenge.token);
      }
    }
    throw new GuestError("PROTOCOL_ERROR", `The guest answered ${mostChallenges} tokens with another challenge.`);
  } finally {
    tokens.end?.();
  }
}

function challengeIn(error: unknown): { readonly token: string; readonly sessionId: bigint } | undefined {
  const fields = faultOf(error, "GuestAuthenticationChallenge")?.fields;
  const challenge = fields?.["serverChallenge"] as { readonly sspiToken?: unknown } | undefined;
  const { sspiToken } = challenge ?? {};
  const sessionId = fields?.["sessionID"];
  if (typeof sspiToken !== "string" || typeof sessionId !== "string" || !/^-?\d+$/.test(sessionId)) return undefined;
  return { token: sspiToken, sessionId: BigInt(sessionId) };
}
