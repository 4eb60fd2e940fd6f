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

/** What a simulator is started with; also the shape of a scenario file (without its `commands`). */
export const simulatorOptions = z.strictObject({
  listen: z
    .strictObject({ host: z.string().default("127.0.0.1"), port: z.int().min(0).max(65535).default(0) })
    .prefault({})
    .describe("address of the vCenter; port 0 takes any free one"),
  vms: z
    .union([z.int().nonnegative(), z.array(vm)])
    .default(2)
    .describe("number of virtual machines, or what each is like"),
  hosts: z.int().positive().default(2).describe("number of ESXi hosts"),
  os: z.enum(["linux", "windows"]).default("linux"),
  user: z.string().default("administrator@vsphere.local"),
  password: z.string().default("simulated"),
  users: z
    .array(z.strictObject({ user: z.string(), password: z.string(), privileges: z.array(z.string()).optional() }))
    .default([])
    .describe("further vCenter users; without privileges they have all"),
  tokens: z
    .array(z.strictObject({ token: z.string().min(1), user: z.string() }))
    .default([])
    .describe("tokens that LoginByToken takes"),
  guestUser: z.string().default("root"),
  guestPassword: z.string().default("simulated"),
  guestUsers: z.array(guestUser).default([]).describe("further accounts of every guest"),
  latencyMilliseconds: z.number().nonnegative().default(0).describe("added to every request"),
  bootDelayMilliseconds: z.number().nonnegative().default(0).describe("from power-on until guest operations work"),
  taskMilliseconds: z
    .number()
    .nonnegative()
    .default(0)
    .describe("how long tasks take; meanwhile their machine answers TaskInProgress"),
  reportsReadiness: z
    .boolean()
    .default(true)
    .describe("false: guest.guestOperationsReady stays unset, as on servers that do not tell"),
  dataDirectory: z.string().optional().describe("keeps guests' files; a temporary one is removed at the end"),
  toolsVersion: z.enum(["12.2.0", "13.0.10"]).default("12.2.0"),
  sandbox: z.enum(["auto", "off"]).default("auto"),
  operationsPerVm: z
    .int()
    .positive()
    .optional()
    .describe("guest operations of one VM at once; more get TaskInProgress. Real hosts take 1; no limit by default"),
  hostCertificates: z
    .enum(["vmca", "selfSigned"])
    .default("vmca")
    .describe("who signs the ESXi hosts: the CA that signs vCenter too, as VMCA does, or each host itself"),
  transferHost: z
    .enum(["host", "*"])
    .default("host")
    .describe("transfer URLs name the ESXi host, or * as a directly called ESXi does"),
  transferExpirySeconds: z.number().positive().default(600),
  emptyUploads: z.enum(["refuse", "accept"]).default("refuse").describe("real hosts answer a zero-byte PUT with 500"),
  sessionIdleSeconds: z.number().positive().default(1800),
  licensed: z.boolean().default(true).describe("false: writing operations get RestrictedVersion"),
  interactive: z.boolean().default(false).describe("a desktop user is logged in to every guest"),
  diskQuotaBytes: z.int().positive().optional().describe("bytes that may be written into each guest"),
  vixFaults: z
    .partialRecord(z.string().regex(/^\d+$/), faultName)
    .default({})
    .describe("fault types by error number of the guest agent, instead of the usual ones"),
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
