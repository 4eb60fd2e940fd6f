import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GuestCalls } from "../../../../provider/guest/calls/guest-calls";
import type { Simulator } from "../../../../simulator";
import { methods, operation, root, withVCenter } from "../../vcenter/workbench";

async function withOperations(use: (operations: GuestCalls, simulator: Simulator) => Promise<void>) {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const operations = await vcenter.calls(simulator.vms[0]!.moid, root, operation());
    await operations.validateCredentialsInGuest(operation());
    simulator.clearCalls();
    await use(operations, simulator);
  });
}

test("files and directories: make, list, change, move, delete", async () => {
  await withOperations(async (guest, simulator) => {
    const op = operation();
    await guest.makeDirectoryInGuest("/srv/a/b", true, op);
    const temporary = await guest.createTemporaryFileInGuest("x-", ".y", "/srv/a/b", op);
    await guest.changeFileAttributesInGuest(temporary, { mode: 0o640, modifiedAt: new Date(1e12) }, op);
    await guest.moveFileInGuest(temporary, "/srv/a/b/ä & <ö>", false, op);
    const listing = await guest.listFilesInGuest("/srv/a/b/.", { matchPattern: "^[^.]", maxResults: 10 }, op);
    expect(listing.remaining).toBe(0);
    expect(listing.files).toMatchObject([{ path: "ä & <ö>", type: "file", size: 0 }]);
    expect(listing.files[0]!.attributes).toMatchObject({ permissions: 0o100640, modificationTime: new Date(1e12) });
    await guest.moveDirectoryInGuest("/srv/a/b", "/srv/a/c", op);
    await guest.deleteFileInGuest("/srv/a/c/ä & <ö>", op);
    await guest.deleteDirectoryInGuest("/srv/a", true, op);
    await expect(guest.listFilesInGuest("/srv/a", {}, op)).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
    expect(simulator.calls.every((call) => call.user !== undefined)).toBe(true);
  });
});

test("programs: start, list, environment, terminate", async () => {
  await withOperations(async (guest) => {
    const op = operation();
    const pid = await guest.startProgramInGuest({ programPath: "/bin/sleep", arguments: "60" }, op);
    expect(await guest.listProcessesInGuest([pid], op)).toMatchObject([{ pid, name: "sleep", owner: "root" }]);
    await guest.terminateProcessInGuest(pid, op);
    expect(await guest.readEnvironmentVariableInGuest(["USER", "NO_SUCH"], op)).toEqual(["USER=root"]);
    await expect(guest.terminateProcessInGuest(999_999, op)).rejects.toMatchObject({ code: "PROCESS_NOT_FOUND" });
  });
});

test("a failure names operation, path, VM, reason and remedy, and keeps the server's fault", async () => {
  await withOperations(async (guest) => {
    await expect(guest.makeDirectoryInGuest("/etc", false, operation())).rejects.toMatchObject({
      code: "PATH_EXISTS",
      message: expect.stringMatching(/MakeDirectoryInGuest of \/etc in VM "vm-1" \(vm-\d+\).*there already/),
      fault: { name: "FileAlreadyExists", fields: { file: "/etc" } },
    });
  });
});

test("the two logins are told apart", async () => {
  await withVCenter({ vms: 1 }, async (vcenter, simulator) => {
    const vm = simulator.vms[0]!.moid;
    const wrong = await vcenter.calls(vm, { ...root, password: "geheim" }, operation());
    const refused: unknown = await wrong.deleteFileInGuest("/x", operation()).catch((caught: unknown) => caught);
    expect(refused).toMatchObject({ code: "GUEST_LOGIN_FAILED", message: expect.stringContaining('"root"') });
    expect(String(refused)).not.toContain("geheim");

    simulator.setPrivileges("administrator@vsphere.local", [
      "System.Anonymous",
      "System.View",
      "System.Read",
      "VirtualMachine.GuestOperations.Query",
    ]);
    const right = await vcenter.calls(vm, root, operation());
    await expect(right.deleteFileInGuest("/x", operation())).rejects.toMatchObject({
      code: "VCENTER_PERMISSION_DENIED",
      message: expect.stringContaining("VirtualMachine.GuestOperations.Modify"),
    });
  });
});

test.each([
  ["OperationDisabledByGuest", "GUEST_OPERATION_DISABLED", "DeleteFileInGuest.disabled"],
  ["GuestComponentsOutOfDate", "GUEST_OPERATION_UNSUPPORTED", "vix plugin"],
  ["RestrictedVersion", "LICENSE_RESTRICTED", "license"],
  ["NoDiskSpace", "DISK_FULL", "disk is full"],
  ["FileLocked", "GUEST_PERMISSION_DENIED", "another program in the guest has the file open"],
  ["GuestPermissionDenied", "GUEST_PERMISSION_DENIED", 'guest user "root"'],
  ["InvalidGuestLogin", "GUEST_LOGIN_FAILED", "not vCenter's"],
  ["NoPermission", "VCENTER_PERMISSION_DENIED", "VirtualMachine.GuestOperations.Modify"],
] as const)("%s is %s and says what to do", async (fault, code, remedy) => {
  await withOperations(async (guest, simulator) => {
    simulator.injectFault({ method: "DeleteFileInGuest", fault });
    const failing = guest.deleteFileInGuest("/x", operation());
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining(remedy) });
  });
});

test("a transfer that the guest minds without saying why tells the likely causes", async () => {
  await withOperations(async (guest, simulator) => {
    simulator.injectFault({ method: "InitiateFileTransferToGuest", fault: "InvalidArgument" });
    const options = { fileSizeBytes: 1, overwrite: true };
    await expect(guest.initiateFileTransferToGuest("/srv/x", {}, options, operation())).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringMatching(/symbolic link.*directory is missing.*attributes/),
    });
  });
});

test.each([
  ["HostNotConnected", "has no connection to the ESXi host of the VM"],
  ["TooManyGuestLogons", "too many logins"],
  ["TaskInProgress", "busy with another task"],
] as const)("%s is waited for; then it is told what was busy", async (fault, reason) => {
  await withOperations(async (guest, simulator) => {
    simulator.injectFault({ method: "DeleteFileInGuest", fault, times: 1_000 });
    const failing = guest.deleteFileInGuest("/x", operation(300));
    await expect(failing).rejects.toMatchObject({ code: "BUSY", message: expect.stringContaining(reason) });
  });
});

test.each(["TaskInProgress", "InvalidState"] as const)("a VM that is busy (%s) is waited for", async (fault) => {
  await withOperations(async (guest, simulator) => {
    simulator.injectFault({ method: "MakeDirectoryInGuest", fault, times: 2 });
    await guest.makeDirectoryInGuest("/srv/busy", false, operation());
    expect(methods(simulator)).toEqual(Array(3).fill("MakeDirectoryInGuest"));

    simulator.injectFault({ method: "DeleteFileInGuest", fault, times: 1_000 });
    await expect(guest.deleteFileInGuest("/x", operation(600))).rejects.toMatchObject({ code: "BUSY" });
  });
});

test("where the host takes one operation at a time, all of many parallel ones succeed", async () => {
  await withOperations(async (guest, simulator) => {
    simulator.vms[0]!.setOperationsPerVm(1);
    const names = Array.from({ length: 40 }, (_, index) => `/srv/parallel-${index}`);
    await Promise.all(names.map((name) => guest.makeDirectoryInGuest(name, false, operation())));
    const refused = simulator.calls.filter((call) => call.fault === "TaskInProgress");
    expect(refused.length).toBeLessThan(15);
  });
});

test("a lost answer: repeated where that is safe, told where it is not", async () => {
  await withOperations(async (guest, simulator) => {
    const op = operation();
    for (const when of ["before", "after"] as const) {
      simulator.resetConnection({ method: "ListFilesInGuest", when });
      await guest.listFilesInGuest("/etc/.", {}, op);

      await guest.makeDirectoryInGuest("/srv/lost", false, op);
      simulator.resetConnection({ method: "DeleteDirectoryInGuest", when });
      await guest.deleteDirectoryInGuest("/srv/lost", true, op);
    }
    simulator.resetConnection({ method: "MakeDirectoryInGuest", when: "after" });
    await expect(guest.makeDirectoryInGuest("/srv/lost", false, op)).rejects.toMatchObject({
      code: "VCENTER_UNREACHABLE",
      retryable: false,
      message: expect.stringContaining("may have taken effect"),
    });
    await expect(guest.listFilesInGuest("/srv/lost", {}, op)).resolves.toBeDefined();
  });
});

test("HTTP 503 of the proxy is waited out", async () => {
  await withOperations(async (guest, simulator) => {
    simulator.httpError({ method: "MakeDirectoryInGuest", status: 503, times: 2 });
    await expect(guest.makeDirectoryInGuest("/srv/late", false, operation())).resolves.toBeUndefined();
  });
});

test("cancelling ends a waiting call at once", async () => {
  await withOperations(async (guest, simulator) => {
    simulator.delay({ method: "ListFilesInGuest", milliseconds: 5_000 });
    const controller = new AbortController();
    const listing = guest.listFilesInGuest("/etc/.", {}, operation(30_000, controller.signal));
    setImmediate(() => controller.abort());
    await expect(listing).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

test("what the channel into the guest can't carry is refused before it is sent", async () => {
  await withOperations(async (guest, simulator) => {
    const op = operation();
    const long = { programPath: "/bin/true", arguments: "x".repeat(60_000) };
    await expect(guest.startProgramInGuest(long, op)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(guest.listFilesInGuest("/a\u0001b", {}, op)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining("U+0001"),
    });
    await expect(guest.changeFileAttributesInGuest("/etc", { mode: 0o700, hidden: true }, op)).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    expect(simulator.calls).toHaveLength(0);
  });
});

test("attributes of files written behind our back are read as they are", async () => {
  await withOperations(async (guest, simulator) => {
    const file = join(simulator.vms[0]!.root, "srv/seen");
    writeFileSync(file, "four");
    const { files } = await guest.listFilesInGuest("/srv/seen", {}, operation());
    expect(files).toMatchObject([{ path: "/srv/seen", type: "file", size: readFileSync(file).length }]);
  });
});
