"""Drives the simulator with pyVmomi: login, inventory walk, every guest operation. Prints what came back as JSON.

It trusts the printed certificate alone, as strictly as Python does by default since 3.13.
"""

import json
import ssl
import sys
import time
import urllib.request

from pyVim.connect import Disconnect, SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim

settings = json.load(sys.stdin)
result = {}


def fault_of(call, *arguments, **named):
    try:
        call(*arguments, **named)
        return None
    except vim.fault.VimFault as fault:
        return type(fault).__name__.rsplit(".", 1)[-1]


context = ssl.create_default_context(cafile=settings["certificate"])
context.verify_flags |= ssl.VERIFY_X509_STRICT
service = SmartConnect(
    host=settings["host"], port=settings["port"], user=settings["user"], pwd=settings["password"], sslContext=context
)
content = service.RetrieveContent()
result["about"] = content.about.fullName

view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
result["vms"] = sorted(vm.name for vm in view.view)
view.Destroy()

vm = content.searchIndex.FindByInventoryPath("DC0/vm/vm-1")
result["uuidFound"] = content.searchIndex.FindByUuid(None, vm.config.instanceUuid, True, True) == vm
result["ready"] = vm.guest.guestOperationsReady
result["family"] = vm.guest.guestFamily
host = vm.runtime.host
result["certificate"] = bytes(host.config.certificate).decode()
result["thumbprint"] = host.summary.config.sslThumbprint

auth = vim.vm.guest.NamePasswordAuthentication(
    username=settings["guestUser"], password=settings["guestPassword"], interactiveSession=False
)
operations = content.guestOperationsManager
files, processes = operations.fileManager, operations.processManager


def transfer(url, data=None):
    request = urllib.request.Request(url, data=data, method="GET" if data is None else "PUT")
    with urllib.request.urlopen(request, context=context) as answer:
        return answer.read()


operations.authManager.ValidateCredentialsInGuest(vm, auth)
files.MakeDirectoryInGuest(vm, auth, "/root/py/deep", True)
result["exists"] = fault_of(files.MakeDirectoryInGuest, vm, auth, "/root/py", False)
temporary = files.CreateTemporaryFileInGuest(vm, auth, "pre", ".suf", "/root/py")
result["temporary"] = temporary.startswith("/root/py/pre") and temporary.endswith(".suf")
temporary_directory = files.CreateTemporaryDirectoryInGuest(vm, auth, "d", "", "/root/py")
data = "tëxt <&>\r\n".encode()
attributes = vim.vm.guest.FileManager.PosixFileAttributes(permissions=0o640)
url = files.InitiateFileTransferToGuest(vm, auth, "/root/py/file", attributes, len(data), False)
transfer(url, data)
files.ChangeFileAttributesInGuest(
    vm, auth, "/root/py/file", vim.vm.guest.FileManager.PosixFileAttributes(permissions=0o600)
)
files.MoveFileInGuest(vm, auth, "/root/py/file", "/root/py/moved", False)
files.MoveDirectoryInGuest(vm, auth, temporary_directory, "/root/py/directory")
listing = files.ListFilesInGuest(vm, auth, "/root/py", 0, 50, "^[a-z]+$")
result["listing"] = sorted([f.path, f.type, f.attributes.permissions & 0o777] for f in listing.files)
download = files.InitiateFileTransferFromGuest(vm, auth, "/root/py/moved")
result["content"] = transfer(download.url).decode()

spec = vim.vm.guest.ProcessManager.ProgramSpec(
    programPath="/bin/sh", arguments="-c 'exit 3'", workingDirectory="/root", envVariables=["A=b"]
)
pid = processes.StartProgramInGuest(vm, auth, spec)
deadline = time.time() + 20
while time.time() < deadline:
    listed = processes.ListProcessesInGuest(vm, auth, [pid])
    if listed and listed[0].endTime is not None:
        result["exitCode"] = listed[0].exitCode
        break
    time.sleep(0.2)
sleeper = processes.StartProgramInGuest(
    vm, auth, vim.vm.guest.ProcessManager.ProgramSpec(programPath="/bin/sleep", arguments="600")
)
processes.TerminateProcessInGuest(vm, auth, sleeper)
result["terminated"] = fault_of(processes.TerminateProcessInGuest, vm, auth, 4000000)
result["environment"] = processes.ReadEnvironmentVariableInGuest(vm, auth, ["HOME"])

files.DeleteFileInGuest(vm, auth, "/root/py/moved")
files.DeleteDirectoryInGuest(vm, auth, "/root/py", True)
result["missing"] = fault_of(files.ListFilesInGuest, vm, auth, "/root/py", 0, 1)
wrong = vim.vm.guest.NamePasswordAuthentication(username="root", password="no", interactiveSession=False)
result["wrongPassword"] = fault_of(operations.authManager.ValidateCredentialsInGuest, vm, wrong)

result["acquire"] = fault_of(operations.authManager.AcquireCredentialsInGuest, vm, auth, None)
result["release"] = fault_of(operations.authManager.ReleaseCredentialsInGuest, vm, auth)

aliases = operations.aliasManager
Alias = vim.vm.guest.AliasManager
with open(settings["certificate"]) as pem:
    alias_certificate = "".join(line.strip() for line in pem if "-----" not in line)
subject = Alias.GuestAuthNamedSubject(name="ada")
info = Alias.GuestAuthAliasInfo(subject=subject, comment="added by pyVmomi")
aliases.AddGuestAlias(vm, auth, "root", True, alias_certificate, info)
result["aliases"] = [alias.aliases[0].subject.name for alias in aliases.ListGuestAliases(vm, auth, "root")]
result["mappedAliases"] = [mapped.username for mapped in aliases.ListGuestMappedAliases(vm, auth)]
aliases.RemoveGuestAlias(vm, auth, "root", alias_certificate, subject)
aliases.AddGuestAlias(vm, auth, "root", False, alias_certificate, info)
aliases.RemoveGuestAliasByCert(vm, auth, "root", alias_certificate)
result["aliasesLeft"] = len(aliases.ListGuestAliases(vm, auth, "root"))

# The guest is Linux, which has no registry: each of its operations is answered so.
registry = operations.guestWindowsRegistryManager
Registry = vim.vm.guest.WindowsRegistryManager
key = Registry.RegistryKeyName(registryPath="HKEY_LOCAL_MACHINE\\SOFTWARE", wowBitness="WOWNative")
value_name = Registry.RegistryValueName(keyName=key, name="v")
value = Registry.RegistryValue(name=value_name, data=Registry.RegistryValueString(value="x"))
result["registry"] = [
    fault_of(registry.CreateRegistryKeyInGuest, vm, auth, key, False, None),
    fault_of(registry.ListRegistryKeysInGuest, vm, auth, key, False),
    fault_of(registry.DeleteRegistryKeyInGuest, vm, auth, key, False),
    fault_of(registry.SetRegistryValueInGuest, vm, auth, value),
    fault_of(registry.ListRegistryValuesInGuest, vm, auth, key, False),
    fault_of(registry.DeleteRegistryValueInGuest, vm, auth, value_name),
]

WaitForTask(vm.PowerOffVM_Task())
result["off"] = vm.runtime.powerState
result["offFault"] = fault_of(files.DeleteFileInGuest, vm, auth, "/x")
WaitForTask(vm.PowerOnVM_Task())
WaitForTask(vm.Rename_Task("renamed"))
result["renamed"] = vm.name
Disconnect(service)
print(json.dumps(result))
