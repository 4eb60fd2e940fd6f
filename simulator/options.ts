import { z } from "zod";
import { faultTypes } from "./soap/schema/fault-types";
import type { FaultName } from "./soap/schema/types";

const faultName = z.enum(Object.keys(faultTypes) as [FaultName, ...FaultName[]]);

const guestUser = z.strictObject({
  name: z.string().min(1),
  password: z.string(),
  uid: z.int().nonnegative(),
  gid: z.int().nonnegative(),
  home: z.string().min(1),
  shell: z.string().min(1).default("/bin/bash"),
  groups: z.array(z.int().nonnegative()).optional(),
  refused: z.boolean().optional().describe("the login fails, as for locked or expired accounts"),
});

const vm = z.strictObject({
  name: z.string().min(1).optional().describe("inventory name; vm-<n> when left out"),
  folder: z.string().default("").describe("folder path below the datacenter's vm folder, e.g. web/prod"),
  os: z.enum(["linux", "windows"]).optional(),
  poweredOn: z.boolean().default(true),
  instanceUuid: z.string().optional(),
  biosUuid: z.string().optional(),
  ipAddress: z.string().optional(),
  dnsName: z.string().optional(),
  host: z.int().nonnegative().optional().describe("index of its host; round robin when left out"),
});

declare module "zod" {
  interface GlobalMeta {
    /** The option as a flag of `vsphere-guest simulate`, as commander writes it. */
    flag?: string | undefined;
    /** The command's default, where it has another one than the simulator in code. */
    commandDefault?: string | undefined;
    /** The command chooses one, and tells it when it is ready: other users of the machine are not to know it. */
    isRandomInCommand?: boolean | undefined;
  }
}

const address = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: z.int().min(0).max(65535).default(0),
});

/** `host:port`, the host in brackets where it holds colons, left out where it is the default one. */
const addressText = z
  .string()
  .regex(/^(\[[^\]]+\]|[^:]*):\d+$/)
  .transform((text): z.input<typeof address> => {
    const colon = text.lastIndexOf(":");
    const host = text.slice(0, colon).replace(/^\[|\]$/g, "");
    return { ...(host === "" ? {} : { host }), port: Number(text.slice(colon + 1)) };
  })
  .pipe(address);

/**
 * What a simulator is started with; also the shape of a scenario file (without its `commands`). The flags of
 * `vsphere-guest simulate` and the table in docs/simulator.md are derived from it.
 */
export const simulatorOptions = z.strictObject({
  listen: z.union([addressText, address], "Write host:port, e.g. 127.0.0.1:0.").prefault({}).meta({
    description: "address of the vCenter; port 0 takes any free one",
    flag: "--listen <host:port>",
    commandDefault: "127.0.0.1:8989",
  }),
  serverKind: z.enum(["vCenter", "esxi"]).default("vCenter").meta({
    description: "what the server says that it is; an ESXi host has no instance UUID, and calls itself `ha-host`",
    flag: "--server-kind <kind>",
  }),
  serverUuid: z.string().default("b3a5e8c0-7d0d-4b8e-9c52-0d1f6a3c9e11").meta({
    description: "instance UUID of the vCenter, or the hardware's UUID of the ESXi host",
    flag: "--server-uuid <uuid>",
  }),
  vms: z
    .union([z.int().nonnegative(), z.array(vm)])
    .default(2)
    .meta({ description: "number of virtual machines, or what each is like", flag: "--vms <number>" }),
  hosts: z.int().positive().default(2).meta({ description: "number of ESXi hosts", flag: "--hosts <number>" }),
  os: z.enum(["linux", "windows"]).default("linux").meta({ description: "what the guests run", flag: "--os <name>" }),
  user: z.string().default("administrator@vsphere.local").meta({ description: "vCenter user", flag: "--user <name>" }),
  password: z
    .string()
    .default("simulated")
    .meta({ description: "password of the vCenter user", flag: "--password <password>", isRandomInCommand: true }),
  users: z
    .array(z.strictObject({ user: z.string(), password: z.string(), privileges: z.array(z.string()).optional() }))
    .default([])
    .meta({ description: "further vCenter users; without privileges they have all" }),
  tokens: z
    .array(z.strictObject({ token: z.string().min(1), user: z.string() }))
    .default([])
    .meta({ description: "tokens that LoginByToken takes" }),
  guestUser: z.string().default("root").meta({ description: "account in every guest", flag: "--guest-user <name>" }),
  guestPassword: z
    .string()
    .default("simulated")
    .meta({ description: "password of that account", flag: "--guest-password <password>", isRandomInCommand: true }),
  guestUsers: z.array(guestUser).default([]).meta({ description: "further accounts of every guest" }),
  latencyMilliseconds: z
    .number()
    .nonnegative()
    .default(0)
    .meta({ description: "added to every request", flag: "--latency <ms>" }),
  bootDelayMilliseconds: z
    .number()
    .nonnegative()
    .default(0)
    .meta({ description: "from power-on until guest operations work" }),
  taskMilliseconds: z
    .number()
    .nonnegative()
    .default(0)
    .meta({ description: "how long tasks take; meanwhile their machine answers TaskInProgress" }),
  reportsReadiness: z
    .boolean()
    .default(true)
    .meta({ description: "false: `guest.guestOperationsReady` stays unset, as on servers that do not tell" }),
  dataDirectory: z.string().optional().meta({
    description:
      "keeps the guests' files here, and their uuids over restarts; without it a temporary one is removed at the end",
    flag: "--data <directory>",
  }),
  toolsVersion: z
    .enum(["12.2.0", "13.0.10"])
    .default("12.2.0")
    .meta({ description: "VMware Tools, where the recordings differ", flag: "--tools-version <version>" }),
  sandbox: z.enum(["auto", "off"]).default("auto").meta({
    description: "isolation of guests' programs; off: they are ordinary processes, and paths are mapped",
    flag: "--sandbox <mode>",
  }),
  operationsPerVm: z.int().positive().optional().meta({
    description:
      "guest operations of one VM at once; more get TaskInProgress. No limit by default; real hosts take 1: set it to see that",
  }),
  hostCertificates: z.enum(["vmca", "selfSigned"]).default("vmca").meta({
    description: "who signs the ESXi hosts: the CA that signs the vCenter too, as VMCA does, or each host itself",
    flag: "--host-certificates <signer>",
  }),
  transferHost: z
    .enum(["host", "*"])
    .default("host")
    .meta({ description: "transfer URLs name the ESXi host, or * as a directly called ESXi does" }),
  transferExpirySeconds: z.number().positive().default(600).meta({ description: "how long transfer URLs live" }),
  emptyUploads: z
    .enum(["refuse", "accept"])
    .default("refuse")
    .meta({ description: "real hosts answer a zero-byte PUT with 500" }),
  sessionIdleSeconds: z.number().positive().default(1800).meta({ description: "how long unused sessions live" }),
  licensed: z.boolean().default(true).meta({ description: "false: writing operations get RestrictedVersion" }),
  interactive: z.boolean().default(false).meta({ description: "a desktop user is logged in to every guest" }),
  diskQuotaBytes: z
    .int()
    .positive()
    .optional()
    .meta({ description: 'bytes that may be written into each guest; more gets "disk full"' }),
  vixFaults: z.partialRecord(z.string().regex(/^\d+$/), faultName).default({}).meta({
    description: "fault types by error number of the guest agent, where the real mapping is not known for certain",
  }),
});

/** Options as a caller writes them. */
export type SimulatorOptions = z.input<typeof simulatorOptions>;
/** Options with defaults filled in. */
export type ResolvedOptions = z.output<typeof simulatorOptions>;
export type VmOptions = z.output<typeof vm>;

/** Each machine's options, from the number or the list of them. */
export function vmOptions(options: ResolvedOptions): VmOptions[] {
  return typeof options.vms === "number" ? Array.from({ length: options.vms }, () => vm.parse({})) : options.vms;
}
