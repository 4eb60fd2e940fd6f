import type { IncomingMessage, ServerResponse } from "node:http";
import type { CallLog } from "../controls/call-log";
import { injectedError, passBefore, type Disturbance, type Interference } from "../controls/interference";
import { VixError } from "../guest/guest-agent";
import { readBody } from "../http/request-body";
import { decodeEnvelope, encodeFault, encodeResponse, type SoapRequest } from "../soap/envelope";
import { Fault } from "../soap/fault";
import type { ManagedObjectReference } from "../soap/schema/notation";
import type { Call } from "./call";
import type { Dispatcher } from "./dispatcher";
import { faultOfVix, type VixFaultOverrides } from "./guest/vix-faults";
import { sessionCookie, sessionIdOf, type Session, type Sessions } from "./sessions";
import { given } from "../../provider/values/given";

export interface SoapEndpointContext {
  readonly dispatcher: Dispatcher;
  readonly sessions: Sessions;
  readonly log: CallLog;
  readonly interference: Interference;
  readonly vixFaults: VixFaultOverrides;
  /** Moid and name of a machine, for matching. */
  namesOf(vm: ManagedObjectReference): readonly string[];
  latencyMilliseconds(): number;
}

/** Largest request body taken, in bytes. */
const bodyLimitBytes = 8 * 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly fault?: string;
}

/** Serves `POST /sdk`: one SOAP call (docs/reference/protocol.md#http). */
export async function serveSoap(
  request: IncomingMessage,
  response: ServerResponse,
  context: SoapEndpointContext,
): Promise<void> {
  const startedAtMs = Date.now();
  const body = await readBody(request, bodyLimitBytes);
  const session = context.sessions.use(sessionIdOf(request.headers.cookie) ?? "");
  const decoded = body === undefined ? tooLarge() : decode(body);
  const names = decoded instanceof Fault ? [] : machineNames(decoded, context);
  const method = decoded instanceof Fault ? "?" : decoded.method.name;
  const call: Call = {
    session,
    headers: decoded instanceof Fault ? [] : decoded.headers,
    clientAddress: request.socket.remoteAddress ?? "",
    userAgent: request.headers["user-agent"] ?? "",
  };
  const disturbances = context.interference.take(method, names);
  const parameters = decoded instanceof Fault ? {} : decoded.parameters;
  await passBefore(context.latencyMilliseconds(), disturbances, { method, parameters });
  const answer = await answerTo(decoded, call, disturbances, context);
  send(response, answer, call, session);
  context.log.add({
    method,
    ...(names[0] === undefined ? {} : { vm: names[0] }),
    ...userOf(call, session),
    startedAtMs,
    durationMilliseconds: Date.now() - startedAtMs,
    httpStatus: answer?.status ?? 0,
    ...given({ fault: answer?.fault }),
  });
}

function tooLarge(): Fault {
  return new Fault("InvalidRequest", {}, `The request is larger than ${bodyLimitBytes} bytes`);
}

function decode(body: Buffer): SoapRequest | Fault {
  try {
    return decodeEnvelope(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof Fault) return error;
    return new Fault("InvalidRequest", {}, "Cannot parse the request: it is not UTF-8");
  }
}

function machineNames({ target, parameters }: SoapRequest, context: SoapEndpointContext): readonly string[] {
  const vm = (parameters["vm"] as ManagedObjectReference | undefined) ?? target;
  return vm.type === "VirtualMachine" ? context.namesOf(vm) : [];
}

/** The answer, or undefined for a connection that is to be cut. */
async function answerTo(
  decoded: SoapRequest | Fault,
  call: Call,
  disturbances: readonly Disturbance[],
  context: SoapEndpointContext,
): Promise<Answer | undefined> {
  const reset = disturbances.find((rule) => rule.kind === "reset");
  const http = disturbances.find((rule) => rule.kind === "http");
  const injected = disturbances.find((rule) => rule.kind === "fault");
  if (reset !== undefined && reset.when !== "after") return undefined;
  if (http !== undefined) return { status: http.status, body: "<html><body>Service unavailable</body></html>" };
  let answer: Answer;
  try {
    if (decoded instanceof Fault) throw decoded;
    if (injected !== undefined && injected.when !== "after") throw injectedError(injected);
    const result = await context.dispatcher.run(decoded, call);
    if (injected !== undefined) throw injectedError(injected);
    answer = { status: 200, body: encodeResponse(decoded.method, result) };
  } catch (error) {
    answer = failure(error, context.vixFaults);
  }
  return reset === undefined ? answer : undefined;
}

function failure(error: unknown, overrides: VixFaultOverrides): Answer {
  const fault = asFault(error, overrides);
  return { status: 500, body: encodeFault(fault), fault: fault.type };
}

function asFault(error: unknown, overrides: VixFaultOverrides): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof VixError) return faultOfVix(error.vix, {}, overrides);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Fault("SystemError", { reason: `the simulator failed: ${detail}` });
}

function send(response: ServerResponse, answer: Answer | undefined, call: Call, before: Session | undefined): void {
  if (answer === undefined || response.destroyed) {
    response.socket?.destroy();
    return;
  }
  const body = Buffer.from(answer.body, "utf8");
  const opened = call.session !== undefined && call.session !== before;
  response.writeHead(answer.status, {
    "Content-Type": answer.body.startsWith("<html>") ? "text/html" : "text/xml; charset=utf-8",
    "Content-Length": body.length,
    "Cache-Control": "no-cache",
    ...(opened ? { "Set-Cookie": sessionCookie(call.session as Session) } : {}),
  });
  response.end(body);
}

function userOf(call: Call, before: Session | undefined): { readonly user?: string } {
  const user = (call.session ?? before)?.user;
  return given({ user });
}
