import { faultOf, GuestError } from "../../../provider/errors/guest-error";
import { faultError } from "../../../provider/soap/faults";
import { ManagedObjectReference } from "../../../provider/soap/managed-object-reference";
import { parseXml } from "../../../provider/soap/parse";

const xsiNamespace = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

function fault(detail: string, text = "It went wrong."): GuestError {
  const xml = `<Fault ${xsiNamespace}><faultcode>ServerFaultCode</faultcode><faultstring>${text}</faultstring><detail>${detail}</detail></Fault>`;
  return faultError("Do", parseXml(xml));
}

test("the type is xsi:type, or the element's name less its last five letters", () => {
  expect(fault('<FileNotFoundFault xsi:type="FileNotFound"><file>/x</file></FileNotFoundFault>').fault).toEqual({
    name: "FileNotFound",
    message: "It went wrong.",
    fields: { file: "/x" },
  });
  expect(fault("<GuestOperationsFaultFault/>").fault?.name).toBe("GuestOperationsFault");
});

test("fields keep references, lists and nested objects", () => {
  const error = fault(
    '<NoPermissionFault xsi:type="NoPermission"><object type="VirtualMachine">vm-1</object>' +
      "<missingPrivileges><privilegeIds>a</privilegeIds><privilegeIds>b</privilegeIds></missingPrivileges></NoPermissionFault>",
  );
  expect(error.code).toBe("VCENTER_PERMISSION_DENIED");
  expect(error.fault?.fields).toEqual({
    object: new ManagedObjectReference("VirtualMachine", "vm-1"),
    missingPrivileges: { privilegeIds: ["a", "b"] },
  });
});

test.each([
  ["3016", "VM_NOT_READY", true],
  ["5", "BUSY", true],
  ["8", "DISK_FULL", false],
  ["22", "PATH_NOT_FOUND", false],
  ["1", "SERVER_FAULT", false],
])("a SystemError with agent error %s is %s", (vix, code, retryable) => {
  const error = fault(
    `<SystemErrorFault xsi:type="SystemError"><reason>vix error codes = (${vix}, 0).\n</reason></SystemErrorFault>`,
  );
  expect(error).toMatchObject({ code, retryable, fault: { fields: { vixError: Number(vix) } } });
});

test("unknown types and empty details are SERVER_FAULT with the server's words", () => {
  expect(fault('<NewFault xsi:type="New"/>')).toMatchObject({
    code: "SERVER_FAULT",
    message: expect.stringContaining("It went wrong. [New]"),
  });
  expect(fault("")).toMatchObject({ code: "SERVER_FAULT" });
  for (const name of ["constructor", "toString", "__proto__"]) {
    expect(fault(`<X xsi:type="${name}"/>`)).toMatchObject({ code: "SERVER_FAULT", retryable: false });
  }
});

test("a gone object is VM_NOT_FOUND only when it is a VM", () => {
  const gone = (type: string) =>
    fault(
      `<ManagedObjectNotFoundFault xsi:type="ManagedObjectNotFound"><obj type="${type}">x-1</obj></ManagedObjectNotFoundFault>`,
    );
  expect(gone("VirtualMachine").code).toBe("VM_NOT_FOUND");
  expect(gone("Task").code).toBe("SERVER_FAULT");
});

test("faultOf finds a fault behind other errors", () => {
  const cause = fault('<FileNotFoundFault xsi:type="FileNotFound"/>');
  const error = new Error("outer", { cause: new GuestError("PATH_NOT_FOUND", "inner", { cause }) });
  expect(faultOf(error, "FileNotFound")).toBe(cause.fault);
  expect(faultOf(error, "NotAFile")).toBeUndefined();
});
