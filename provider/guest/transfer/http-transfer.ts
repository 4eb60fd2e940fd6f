import { pipeline, type Readable } from "node:stream";
import { Client, type Dispatcher } from "undici";
import { GuestError } from "../../errors/guest-error";
import { cancellation } from "../../operation/abort";
import { networkFailure } from "../../soap/network-error";
import { trustedConnector, type TrustSettings } from "../../soap/trust";
import type { ContentSource } from "../guest";
import { IdleWatch } from "./idle-watch";
import { isNearby, leadsBack, lookupElsewhere } from "./own-machine";
import type { TransferTarget } from "./target";

/**
 * A host drops stalled transfers after about a minute (docs/reference/guest-operations.md#transfers), and may then need
 * a while to say so.
 */
const idleMs = 120_000;
const connectTimeoutMs = 10_000;

/** A target of which it is known whether it may be this machine itself. */
export interface AllowedTarget extends TransferTarget {
  readonly mayLeadBack: boolean;
}

/** What was being moved, for messages. */
export interface TransferSubject {
  /** e.g. `/etc/app.conf in VM "web" (vm-42)`. */
  readonly description: string;
}

/** Bytes coming from a host. */
export interface IncomingTransfer {
  /** Absent when the host did not tell. */
  readonly sizeBytes: number | undefined;
  readonly body: Readable;
}

/** Sends `content` with PUT. Rejects with HOST_UNREACHABLE, CERTIFICATE_NOT_TRUSTED, or TRANSFER_FAILED (retryable). */
export async function putTransfer(
  target: AllowedTarget,
  trust: TrustSettings,
  content: ContentSource,
  subject: TransferSubject,
  signal: AbortSignal,
): Promise<void> {
  const client = freshClient(target, trust);
  const idle = new IdleWatch(idleMs, () => failed("Upload", target, subject, "nothing moved for two minutes"));
  const source = content.open();
  // undici reports what breaks; the callback keeps a late error of the source from being unhandled.
  const body = pipeline(source, idle.meter(), () => {});
  try {
    const answer = await client.request({
      method: "PUT",
      path: target.path,
      headers: { "content-type": "application/octet-stream", "content-length": String(content.sizeBytes) },
      body,
      signal: AbortSignal.any([signal, idle.signal]),
    });
    await answer.body.dump();
    refuseBadStatus("Upload", answer, target, subject);
  } catch (error) {
    throw explain("Upload", error, target, subject, signal);
  } finally {
    idle.stop();
    source.destroy();
    void client.destroy();
  }
}

/** Opens a GET. `body` fails with TRANSFER_FAILED when it is cut; `onEnd` is called once, whatever happens. */
export async function getTransfer(
  target: AllowedTarget,
  trust: TrustSettings,
  subject: TransferSubject,
  signal: AbortSignal,
  onEnd: () => void,
): Promise<IncomingTransfer> {
  const client = freshClient(target, trust);
  const idle = new IdleWatch(idleMs, () => failed("Download", target, subject, "nothing moved for two minutes"));
  const finish = () => {
    idle.stop();
    void client.destroy();
    onEnd();
  };
  try {
    const answer = await client.request({
      method: "GET",
      path: target.path,
      signal: AbortSignal.any([signal, idle.signal]),
    });
    if (!isSuccess(answer.statusCode)) await answer.body.dump();
    refuseBadStatus("Download", answer, target, subject);
    return { sizeBytes: contentLength(answer), body: incoming(answer.body, idle, finish) };
  } catch (error) {
    finish();
    throw explain("Download", error, target, subject, signal);
  }

  function incoming(body: Readable, watch: IdleWatch, done: () => void): Readable {
    const metered = body.pipe(watch.meter());
    body.once("error", (error) => metered.destroy(asError(explain("Download", error, target, subject, signal))));
    metered.once("close", () => {
      body.destroy();
      done();
    });
    return metered;
  }
}

/** A connection of its own: hosts close them after a transfer anyway, and a URL serves one use. */
function freshClient(target: AllowedTarget, trust: TrustSettings): Client {
  // As it is connected to: `0x7f.1` and `2130706433` are 127.0.0.1 then. No name is looked up for an address.
  const host = new URL(target.origin).hostname.replace(/^\[|\]$/g, "");
  if (!target.mayLeadBack && isNearby(host)) throw leadsBack(target.where);
  return new Client(target.origin, {
    connect: trustedConnector(trust, connectTimeoutMs, target.mayLeadBack ? undefined : lookupElsewhere),
    // The idle watch rules: a large transfer takes long, also before the answer begins.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function contentLength(answer: Dispatcher.ResponseData): number | undefined {
  const header = answer.headers["content-length"];
  return typeof header === "string" && /^\d+$/.test(header) ? Number(header) : undefined;
}

function refuseBadStatus(
  what: string,
  answer: Dispatcher.ResponseData,
  target: AllowedTarget,
  subject: TransferSubject,
): void {
  const { statusCode } = answer;
  if (isSuccess(statusCode)) return;
  const reason =
    statusCode >= 500
      ? `the host could not move the bytes (HTTP ${statusCode}): the guest could not write them (its disk may be full, or its file system takes no ` +
        "such file, as that of /proc or /sys), or the VM changed its state"
      : `the one-time URL was refused (HTTP ${statusCode}): it had expired, or the VM moved to another host`;
  throw failed(what, target, subject, reason);
}

function failed(
  what: string,
  target: AllowedTarget,
  subject: TransferSubject,
  reason: string,
  cause?: unknown,
): GuestError {
  const message = `${what} of ${subject.description} through host ${target.where} failed: ${reason}.`;
  return new GuestError(
    "TRANSFER_FAILED",
    message,
    cause === undefined ? { retryable: true } : { retryable: true, cause },
  );
}

function explain(
  what: string,
  error: unknown,
  target: AllowedTarget,
  subject: TransferSubject,
  signal: AbortSignal,
): unknown {
  if (signal.aborted) {
    const cause = cancellation(signal);
    return new GuestError(cause.code, `${what} of ${subject.description} did not end: ${cause.message}`, { cause });
  }
  if (error instanceof GuestError) return error;
  const failure = networkFailure(error);
  if (failure === undefined) return error;
  if (failure.sent) return failed(what, target, subject, failure.reason, error);
  return new GuestError(
    "HOST_UNREACHABLE",
    `${what} of ${subject.description}: can't reach its ESXi host ${target.where}: ${failure.reason}. File contents travel ` +
      "directly between here and the ESXi host, not through vCenter: open https to it, or map it with `transferHosts`.",
    { cause: error },
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
