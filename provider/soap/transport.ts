import { randomBytes } from "node:crypto";
import { Agent, request } from "undici";
import { GuestError, hasCode, type GuestErrorCode } from "../errors/guest-error";
import { cancellation, follow } from "../operation/abort";
import { readAnswer } from "./answer-body";
import { authority, type Endpoint } from "./endpoint";
import { serializeCall } from "./envelope";
import { faultError } from "./faults";
import { networkFailure } from "./network-error";
import { sessionCookie } from "./session-cookie";
import type { CallOptions, SoapCall } from "./soap-call";
import type { SoapElement } from "./soap-element";
import { trustedConnector, type TrustSettings } from "./trust";
import { given } from "../values/given";

/** Old enough for every server in use, new enough for every guest operation (docs/reference/protocol.md#versions). */
const soapAction = "urn:vim25/6.7";
const processId = randomBytes(4).toString("hex");

export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly trust: TrustSettings;
  /** Longest wait for one answer. */
  readonly timeoutMs: number;
  /** Shown in the server's list of sessions. */
  readonly userAgent: string;
}

interface Answer {
  readonly status: number;
  /** Absent for what a proxy says of itself, and for a failure that no fault explains. */
  readonly envelope: SoapElement | undefined;
  readonly cookie: string | undefined;
}

/** Calls whose answers come of a server that nobody has logged in to. */
const beforeLogin: ReadonlySet<string> = new Set(["RetrieveServiceContent", "Login", "LoginByToken"]);
/** Of names in an answer that is not what was asked for. */
const maxNameLength = 100;
/** How long the end waits for answers that are under way. */
const closePatienceMs = 2_000;

/** Sends SOAP calls over https and keeps the session cookie, verbatim (docs/reference/protocol.md#session-cookie). */
export class SoapTransport {
  /** `name=value` as the server sent it; undefined when there is no session. */
  cookie: string | undefined;
  /** What is known of the server: it has answered; a connection came about but broke; or nothing. */
  contact: "answered" | "connected" | "none" = "none";
  readonly #options: TransportOptions;
  readonly #underWay = new Set<Promise<Answer>>();
  #agent: Agent | undefined;
  #sequence = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  async invoke(call: SoapCall, options: CallOptions): Promise<SoapElement> {
    const envelope = serializeCall(call, `vsphere-guest-${processId}-${++this.#sequence}`);
    try {
      const answer = await this.#followed(this.#post(call, envelope, options.signal));
      this.contact = "answered";
      // An answer to a call of an ended session, come late, must not replace the session that was opened since.
      if (this.cookie === undefined || call.method.startsWith("Login")) this.cookie = answer.cookie ?? this.cookie;
      return responseOf(call, answer, authority(this.#options.endpoint));
    } catch (error) {
      throw this.#explain(call, error, options.signal);
    }
  }

  /** Ends the connections; a later call opens new ones. */
  async close(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent === undefined) return;
    // Waits for answers that are under way, but not for those that never come. Agent.close does, and can't be cut short.
    const answered = Promise.allSettled([...this.#underWay]);
    await follow(answered, AbortSignal.timeout(closePatienceMs)).catch(() => {});
    const where = authority(this.#options.endpoint);
    await agent.destroy(new GuestError("CANCELLED", `The connection to ${where} was ended before its answer came.`));
  }

  async #followed(answer: Promise<Answer>): Promise<Answer> {
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }

  #dispatcher(): Agent {
    const { timeoutMs, trust } = this.#options;
    return (this.#agent ??= new Agent({
      connect: trustedConnector(trust),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    }));
  }

  async #post(call: SoapCall, envelope: string, signal: AbortSignal | undefined): Promise<Answer> {
    const { endpoint, userAgent, timeoutMs } = this.#options;
    const answer = await request(`${endpoint.origin}${endpoint.path}`, {
      method: "POST",
      dispatcher: this.#dispatcher(),
      headers: {
        "content-type": 'text/xml; charset="utf-8"',
        soapaction: soapAction,
        "user-agent": userAgent,
        ...given({ cookie: this.cookie }),
      },
      body: envelope,
      ...given({ signal }),
    });
    const { statusCode: status, headers, body } = answer;
    const limits = { beforeLogin: this.cookie === undefined || beforeLogin.has(call.method), timeoutMs };
    const withoutEnvelope = { status, envelope: undefined, cookie: undefined };
    if (status !== 200 && status !== 500) {
      // A page of a proxy's is not waited for.
      body.on("error", () => {}).destroy();
      return withoutEnvelope;
    }
    try {
      return { status, envelope: await readAnswer(body, limits), cookie: sessionCookie(headers["set-cookie"]) };
    } catch (cause) {
      if (status === 500 && hasCode(cause, "PROTOCOL_ERROR")) return withoutEnvelope;
      throw unreadable(call, cause, authority(endpoint));
    }
  }

  #explain(call: SoapCall, error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted === true) return cancellation(signal);
    if (error instanceof GuestError) return error;
    const where = authority(this.#options.endpoint);
    const failure = networkFailure(error);
    if (failure === undefined) {
      return new GuestError("PROTOCOL_ERROR", `${call.method}: unexpected failure talking to ${where}.`, {
        cause: error,
      });
    }
    if (!failure.sent) {
      const advice = "Check `vsphereServer`, name resolution, and that firewalls let https to it through.";
      const message = `Can't reach the vSphere server ${where}: ${failure.reason}. ${advice}`;
      return new GuestError("VCENTER_UNREACHABLE", message, { cause: error, retryable: true });
    }
    if (this.contact === "none") this.contact = "connected";
    const outcome = call.safeToRepeat ? "" : " It may have taken effect all the same.";
    const message = `${call.method} got no answer from ${where}: ${failure.reason}.${outcome}`;
    return new GuestError("VCENTER_UNREACHABLE", message, { cause: error, retryable: call.safeToRepeat });
  }
}

function unreadable(call: SoapCall, cause: unknown, where: string): unknown {
  if (!(cause instanceof GuestError)) return cause;
  const { code, message } = cause;
  const retryable = code === "VCENTER_UNREACHABLE" && call.safeToRepeat;
  return new GuestError(code, `${call.method}: the answer of ${where} can't be read: ${message}.`, {
    cause,
    retryable,
  });
}

function responseOf(call: SoapCall, { status, envelope }: Answer, where: string): SoapElement {
  if (envelope === undefined) throw proxyError(call, status, where);
  const content = Object.values(envelope.children["Body"]?.[0]?.children ?? {})[0]?.[0];
  if (content === undefined)
    throw new GuestError("PROTOCOL_ERROR", `${call.method}: ${where} did not answer with a SOAP envelope.`);
  if (content.name === "Fault") throw faultError(call.method, content);
  if (content.name === `${call.method}Response`) return content;
  const name = content.name.slice(0, maxNameLength);
  throw new GuestError("PROTOCOL_ERROR", `${call.method}: ${where} answered with <${name}>.`);
}

/** Answers of the reverse proxy in front of the service (docs/reference/protocol.md#http). */
function proxyError(call: SoapCall, status: number, where: string): GuestError {
  const fail = (code: GuestErrorCode, text: string, retryable: boolean) =>
    new GuestError(code, `${call.method}: ${where} answered HTTP ${status}: ${text}.`, { retryable });
  if (status === 503)
    return fail("VCENTER_UNREACHABLE", "its service is not available at the moment; it may be starting", true);
  if (status === 502 || status === 504) {
    return fail("VCENTER_UNREACHABLE", "its service does not answer; it may be starting", call.safeToRepeat);
  }
  if (status >= 500) return fail("VCENTER_UNREACHABLE", "its service failed", call.safeToRepeat);
  return fail("PROTOCOL_ERROR", "that is no vSphere API; check server name, port and path", false);
}
