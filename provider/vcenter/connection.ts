import { GuestError, hasCode } from "../errors/guest-error";
import { follow } from "../operation/abort";
import { authority, parseEndpoint, type Endpoint } from "../soap/endpoint";
import { KeepAlive } from "../soap/interceptors/keep-alive";
import { retryTransport } from "../soap/interceptors/retry";
import { Session } from "../soap/interceptors/session";
import type { ManagedObjectReference } from "../soap/managed-object-reference";
import { compose, type CallOptions, type SoapInvoke } from "../soap/soap-call";
import { SoapTransport } from "../soap/transport";
import { GuestAliasManager } from "../vim/guest-operations/guest-alias-manager";
import { GuestAuthManager } from "../vim/guest-operations/guest-auth-manager";
import { GuestFileManager } from "../vim/guest-operations/guest-file-manager";
import { guestOperationsManagerProperties } from "../vim/guest-operations/guest-operations-manager";
import { GuestProcessManager } from "../vim/guest-operations/guest-process-manager";
import { GuestWindowsRegistryManager } from "../vim/guest-operations/guest-windows-registry-manager";
import { PropertyCollector } from "../vim/property-collector";
import { ServiceInstance, type ServiceContent } from "../vim/service-instance";
import { unauthenticatedProperties } from "../vim/unauthenticated-properties";
import { SessionManager } from "../vim/session-manager";
import { memoize } from "../operation/memo";
import { hostIdentityProperties, standaloneHost } from "../vim/host-system";
import type { ServerIdentity } from "./machine";
import { given } from "../values/given";
import { Silence } from "../operation/silence";
import { SamlTokens } from "./saml-token";
import { SessionFile } from "./session-file";
import { serverTrust, type VCenterSettings } from "./settings";

/** The managers of guest operations. */
export interface GuestManagers {
  readonly auth: GuestAuthManager;
  readonly file: GuestFileManager;
  readonly process: GuestProcessManager;
  /** Both since vSphere 6.0. */
  readonly alias?: GuestAliasManager;
  readonly registry?: GuestWindowsRegistryManager;
}

const userAgent = "pulumi-vsphere-guest";
/**
 * How long a call is repeated that did not get through: a wrong name or port is reported at once. Who has more time waits
 * on top of that (askServer, performInGuest).
 */
const retryMs = { answered: 10_000, connected: 2_000, none: 0 };
const logoutMs = 5_000;

/**
 * One session with one server. Nothing is sent before the first call; set-up takes RetrieveServiceContent, Login and
 * one read of the guest managers. After `close` the next call opens a session again.
 */
export class VCenterConnection {
  readonly endpoint: Endpoint;
  readonly user: string;
  /** Sends calls within the session. */
  readonly soap: SoapInvoke;
  /** Whether it was waited for in vain. */
  readonly silence = new Silence();
  readonly #settings: VCenterSettings;
  readonly #transport: SoapTransport;
  /** Sends calls that need no session. */
  readonly #anonymous: SoapInvoke;
  readonly #session: Session;
  readonly #keepAlive: KeepAlive;
  readonly #sessionFile: SessionFile | undefined;
  readonly #samlTokens: SamlTokens | undefined;
  #triedKeptSession = false;
  #closing = Promise.resolve();

  constructor(settings: VCenterSettings) {
    this.#settings = settings;
    this.user = settings.user;
    this.endpoint = parseEndpoint(settings.server);
    const timeoutMs = settings.apiTimeoutMinutes * 60_000;
    const trust = serverTrust(settings);
    this.#transport = new SoapTransport({ endpoint: this.endpoint, trust, timeoutMs, userAgent: userAgent });
    const { samlToken } = settings;
    this.#samlTokens = samlToken === undefined ? undefined : new SamlTokens(samlToken, "samlToken");
    this.#sessionFile = settings.persistSession === true ? new SessionFile(settings) : undefined;

    const retry = retryTransport({ budgetMs: () => retryMs[this.#transport.contact], silence: this.silence });
    this.#anonymous = compose((call, options) => this.#transport.invoke(call, options), retry);
    this.#session = new Session(() => this.#login());
    this.#keepAlive = new KeepAlive({
      intervalMs: settings.keepAliveMinutes * 60_000,
      ping: () => new ServiceInstance(this.#anonymous).currentTime(),
      release: () => this.close(),
    });
    this.soap = compose(
      this.#anonymous,
      this.#keepAlive.interceptor,
      this.#session.interceptor,
      unauthenticatedProperties,
    );
  }

  /** host:port, for messages. */
  get where(): string {
    return authority(this.endpoint);
  }

  /** True when something at that address has answered, if only that its service is not available. */
  get hasAnswered(): boolean {
    return this.#transport.contact === "answered";
  }

  /** What the server offers; read once. */
  readonly content: (call: CallOptions) => Promise<ServiceContent> = shared(() =>
    new ServiceInstance(this.#anonymous).retrieveServiceContent(),
  );

  /** Which server it is; read once. A vCenter tells it in its service content, an ESXi host in one request more. */
  readonly identity: (call: CallOptions) => Promise<ServerIdentity> = shared(() => this.#readIdentity());

  /** The managers of guest operations; read once. GUEST_OPERATION_UNSUPPORTED where a server has none. */
  readonly guestManagers: (call: CallOptions) => Promise<GuestManagers> = shared(() => this.#readGuestManagers());

  async propertyCollector(call: CallOptions): Promise<PropertyCollector> {
    return new PropertyCollector(this.soap, (await this.content(call)).propertyCollector);
  }

  /** Keeps the session open until the returned function is called, for work that makes no calls. */
  hold(): () => void {
    return this.#keepAlive.hold();
  }

  /** Logs out (or keeps the session for the next process) and ends the connections. Never fails. */
  async close(): Promise<void> {
    this.#keepAlive.stop();
    const open = this.#session.isOpen;
    this.#session.reset();
    this.silence.end();
    this.#triedKeptSession = false;
    // A login that comes meanwhile waits, so that the two do not take each other's cookie.
    this.#closing = this.#closing.then(async () => {
      if (open && this.#sessionFile === undefined) await this.#logout().catch(() => {});
      await this.#transport.close();
    });
    await this.#closing;
  }

  async #login(): Promise<void> {
    await this.#closing;
    const kept = this.#triedKeptSession ? undefined : this.#sessionFile?.read();
    this.#triedKeptSession = true;
    if (kept !== undefined) {
      this.#transport.cookie = kept;
      return;
    }
    const sessionManager = new SessionManager(this.#anonymous, required(await this.content({})));
    const { user, password } = this.#settings;
    const token = await this.#samlTokens?.token();
    const attempt = () => {
      // A login within an open session is refused as a wrong password would be (docs/reference/protocol.md#sessions).
      this.#transport.cookie = undefined;
      return token === undefined
        ? sessionManager.login(user, password)
        : sessionManager.loginByToken(token, Date.now());
    };
    try {
      await attempt().catch((error: unknown) => {
        // The answer was lost: a session that nobody knows may be open now, and ends by itself.
        if (hasCode(error, "VCENTER_UNREACHABLE") && this.#transport.contact === "answered") return attempt();
        throw error;
      });
    } catch (error) {
      throw this.#loginRefused(error);
    }
    if (this.#transport.cookie !== undefined) this.#sessionFile?.write(this.#transport.cookie);
  }

  async #logout(): Promise<void> {
    const signal = AbortSignal.timeout(logoutMs);
    const sessionManager = new SessionManager(this.#anonymous, required(await this.content({ signal })));
    await sessionManager.logout({ signal });
    this.#transport.cookie = undefined;
  }

  #loginRefused(error: unknown): unknown {
    if (!(error instanceof GuestError)) return error;
    const { code, fault, message } = error;
    // That a login may have taken effect is nothing to those who need one: what they were about to send was not sent.
    if (code === "VCENTER_UNREACHABLE") return new GuestError(code, message, { cause: error, retryable: true });
    if (fault === undefined) return error;
    return new GuestError(
      code === "SERVER_FAULT" ? "VCENTER_LOGIN_FAILED" : code,
      `${this.where} refused the login of ${this.user}: ${fault.message || fault.name} ` +
        (this.#samlTokens === undefined
          ? "Check `user` and `password` of the provider (VSPHERE_USER, VSPHERE_PASSWORD): "
          : "Check `samlToken` of the provider: it has to be a bearer token of this server's own single sign-on, and clocks have to agree. ") +
        "This is the login to vSphere, not the one to the guest.",
      { cause: error, fault },
    );
  }

  async #readIdentity(): Promise<ServerIdentity> {
    const { about } = await this.content({});
    const uuid = about.instanceUuid ?? (about.apiType === "HostAgent" ? await this.#hardwareUuid() : undefined);
    return { address: this.where, ...given({ uuid: uuid?.toLowerCase() }) };
  }

  /** Undefined where it may not be read: then the host goes by its address. */
  async #hardwareUuid(): Promise<string | undefined> {
    const collector = await this.propertyCollector({});
    const read = collector.retrieve([standaloneHost], hostIdentityProperties);
    const [found] = await read.catch((error: unknown) => {
      if (error instanceof GuestError && error.fault !== undefined) return [];
      throw error;
    });
    return found?.properties["summary.hardware.uuid"];
  }

  async #readGuestManagers(): Promise<GuestManagers> {
    const { guestOperationsManager } = await this.content({});
    if (guestOperationsManager === undefined) throw this.#noGuestOperations();
    const collector = await this.propertyCollector({});
    const [found] = await collector.retrieve([guestOperationsManager], guestOperationsManagerProperties);
    const { authManager, fileManager, processManager, aliasManager, guestWindowsRegistryManager } =
      found?.properties ?? {};
    if (authManager === undefined || fileManager === undefined || processManager === undefined) {
      throw this.#noGuestOperations();
    }
    return {
      auth: new GuestAuthManager(this.soap, authManager),
      file: new GuestFileManager(this.soap, fileManager),
      process: new GuestProcessManager(this.soap, processManager),
      ...(aliasManager === undefined ? {} : { alias: new GuestAliasManager(this.soap, aliasManager) }),
      ...(guestWindowsRegistryManager === undefined
        ? {}
        : { registry: new GuestWindowsRegistryManager(this.soap, guestWindowsRegistryManager) }),
    };
  }

  #noGuestOperations(): GuestError {
    return new GuestError(
      "GUEST_OPERATION_UNSUPPORTED",
      `${this.where} offers no guest operations. They need vCenter or ESXi 5.0 or newer.`,
    );
  }
}

/** Memoizes work that several callers may wait for, each with its own way to stop waiting. */
function shared<T>(work: () => Promise<T>): (call: CallOptions) => Promise<T> {
  const once = memoize(work);
  return ({ signal }) => follow(once(), signal);
}

function required({ sessionManager }: ServiceContent): ManagedObjectReference {
  if (sessionManager !== undefined) return sessionManager;
  throw new GuestError("PROTOCOL_ERROR", "The server has no SessionManager: it is not a vSphere API.");
}
