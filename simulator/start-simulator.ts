import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CallLog } from "./controls/call-log";
import { Interference } from "./controls/interference";
import { serveGuestFile, type FileTransferContext } from "./esxi/file-transfer";
import { EsxiHost } from "./esxi/host";
import { TransferTickets } from "./esxi/transfer-tickets";
import { findIsolation, makeGuestStore } from "./guest";
import { type Certificate, serverCertificate } from "./http/certificate";
import { CertificateAuthority } from "./http/certificate-authority";
import { authority, listenHttps } from "./http/https-endpoint";
import { guestAccounts } from "./machine/guest-accounts";
import { MachinePark } from "./machine/machine-park";
import { simulatorOptions, type ResolvedOptions, type SimulatorOptions } from "./options";
import { Simulator } from "./simulator";
import { Teardown } from "./teardown";
import { AccessControl } from "./vcenter/access";
import { faultOfVix } from "./vcenter/guest/vix-faults";
import { routeVcenterRequest } from "./vcenter/request-router";
import type { SoapEndpointContext } from "./vcenter/soap-endpoint";
import { Vcenter } from "./vcenter/vcenter";

/**
 * Starts a simulated vCenter with ESXi hosts and guests, in this process. Resolves when it serves.
 * Errors: ZodError for wrong options, those of listen(2) and of the file system.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const resolved = simulatorOptions.parse(options);
  const teardown = new Teardown();
  try {
    const directory = await dataDirectory(resolved.dataDirectory, teardown);
    await makeGuestStore(guestStore(directory), findIsolation(resolved.sandbox));
    return await assemble(resolved, directory, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

/** Where the guests' roots lie. */
function guestStore(directory: string): string {
  return join(directory, "guests");
}

/** The directory for the guests' files: the one wanted, or a temporary one that goes at the end. */
async function dataDirectory(wanted: string | undefined, teardown: Teardown): Promise<string> {
  if (wanted !== undefined) {
    await mkdir(wanted, { recursive: true });
    return resolve(wanted);
  }
  const directory = await mkdtemp(join(tmpdir(), "vsphere-guest-simulator-"));
  // Guest users other than root must get through to their guest's root, which only they can (guest-store.ts).
  await chmod(directory, 0o711);
  teardown.add(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

async function assemble(options: ResolvedOptions, directory: string, teardown: Teardown): Promise<Simulator> {
  const settings = { latencyMilliseconds: options.latencyMilliseconds };
  const log = new CallLog();
  const interference = new Interference();
  const tickets = new TransferTickets(options.transferExpirySeconds);
  const access = new AccessControl(
    [{ user: options.user, password: options.password }, ...options.users],
    options.tokens,
  );
  const files: FileTransferContext = {
    tickets,
    log,
    interference,
    latencyMilliseconds: () => settings.latencyMilliseconds,
    refuseEmptyUploads: options.emptyUploads === "refuse",
  };
  const vmca = await CertificateAuthority.create();
  const hosts = await startHosts(options, files, vmca, teardown);

  const own = { authority: "*" };
  const park = new MachinePark(options, guestAccounts(options), hosts, guestStore(directory), {
    changed: () => vcenter.registry.changed(),
    disrupted: (machine) => tickets.killOf(machine),
  });
  teardown.add(() => park.disposeAll());
  const vcenter = new Vcenter({
    server: { kind: options.serverKind, uuid: options.serverUuid },
    access,
    sessionIdleSeconds: options.sessionIdleSeconds,
    taskMilliseconds: options.taskMilliseconds,
    guestOperations: {
      licensed: options.licensed,
      vixFaults: options.vixFaults,
      commandsDisabledFault: () => faultOfVix(3017, {}, options.vixFaults),
    },
    tickets,
    transferAuthority: (host) => (options.transferHost === "*" ? `*:${portOf(own.authority)}` : host.authority),
    lifecycle: park,
  });
  for (const host of hosts) vcenter.inventory.addHost(host);
  const { inventory } = vcenter;
  await Promise.all(
    park.initial().map(async ({ machine, vm }) => {
      inventory.addMachine(machine, vm.folder);
      if (!vm.poweredOn) return mkdir(machine.identity.root, { recursive: true });
      machine.powerOn();
      return machine.agent();
    }),
  );

  const certificate = await vmca.certify(namesOf(options.listen.host, "vcenter.simulator.test"));
  const soap: SoapEndpointContext = {
    dispatcher: vcenter.dispatcher,
    sessions: vcenter.sessions,
    log,
    interference,
    vixFaults: options.vixFaults,
    namesOf: (vm) => inventory.namesOf(vm),
    latencyMilliseconds: () => settings.latencyMilliseconds,
  };
  const endpoint = await listenHttps(
    options.listen.host,
    options.listen.port,
    certificate,
    guarded((request, response) => routeVcenterRequest(request, response, soap, files)),
  );
  teardown.add(() => endpoint.close());
  own.authority = authority(reachable(endpoint.host), endpoint.port);
  const authorityPath = join(directory, "ca.pem");
  await writeFile(authorityPath, vmca.certificate.pem);
  return new Simulator({
    vcenter,
    park,
    hosts,
    access,
    tickets,
    log,
    interference,
    certificate,
    authorityPath,
    authorityPem: vmca.certificate.pem,
    url: `https://${own.authority}`,
    settings,
    warnings: warningsOf(options),
    teardown,
  });
}

async function startHosts(
  options: ResolvedOptions,
  files: FileTransferContext,
  vmca: CertificateAuthority,
  teardown: Teardown,
): Promise<EsxiHost[]> {
  const certified = (names: readonly string[]): Promise<Certificate> =>
    options.hostCertificates === "vmca" ? vmca.certify(names) : serverCertificate(names);
  const numbers = Array.from({ length: options.hosts }, (_, index) => index + 1);
  return Promise.all(
    numbers.map(async (number) => {
      const name = `esxi-${number}.simulator.test`;
      const certificate = await certified(namesOf(options.listen.host, name));
      const own = { port: 0 };
      const endpoint = await listenHttps(
        options.listen.host,
        0,
        certificate,
        guarded((request, response) => serveHostRequest(request, response, own.port, files)),
      );
      own.port = endpoint.port;
      teardown.add(() => endpoint.close());
      return new EsxiHost(
        { name, ...hostTraits(options, number) },
        { address: reachable(endpoint.host), port: endpoint.port, certificate },
      );
    }),
  );
}

/** An ESXi host that is the server itself has a moid that is always the same, and the UUID that was asked for. */
function hostTraits({ serverKind, serverUuid }: ResolvedOptions, number: number) {
  if (serverKind === "esxi" && number === 1) return { moid: "ha-host", hardwareUuid: serverUuid };
  return { moid: `host-${number + 10}`, hardwareUuid: `4c4c4544-0000-4000-8000-${String(number).padStart(12, "0")}` };
}

async function serveHostRequest(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  files: FileTransferContext,
): Promise<void> {
  if ((request.url ?? "").startsWith("/guestFile?")) return serveGuestFile(request, response, port, files);
  request.resume();
  response.writeHead(404).end();
}

/** A handler whose failure cuts its connection and nothing else. */
function guarded(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    serve(request, response).catch(() => response.socket?.destroy());
  };
}

function warningsOf({ sandbox, listen }: ResolvedOptions): string[] {
  const exposed = !/^(127\.|localhost$|::1$)/.test(listen.host);
  const exposure =
    "WARNING: this listens beyond loopback, and guests run programs of this machine for whoever logs in. Anybody who reaches it may try";
  return [...findIsolation(sandbox).limits, ...(exposed ? [exposure] : [])];
}

function namesOf(listenHost: string, name: string): string[] {
  return [name, reachable(listenHost), "localhost", "127.0.0.1", "::1"];
}

/** An address that clients on this machine can use for a server that listens on it. */
function reachable(listenHost: string): string {
  return listenHost === "0.0.0.0" ? "127.0.0.1" : listenHost === "::" ? "::1" : listenHost;
}

const portOf = (text: string): string => text.slice(text.lastIndexOf(":") + 1);
