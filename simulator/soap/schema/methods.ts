import { guestMethods } from "./guest-methods";
import type { MethodDeclaration } from "./notation";
import { virtualMachineMethods } from "./virtual-machine-methods";

/**
 * Methods of the service, inventory and property collector: docs/reference/protocol.md. Parameters after `_this`, in
 * wire order.
 */
const serviceMethods = {
  RetrieveServiceContent: { on: "ServiceInstance", parameters: {}, returns: "ServiceContent", anonymous: true },
  CurrentTime: { on: "ServiceInstance", parameters: {}, returns: "dateTime", anonymous: true },

  Login: {
    on: "SessionManager",
    parameters: { userName: "string", password: "string", locale: "string?" },
    returns: "UserSession",
    anonymous: true,
  },
  LoginByToken: {
    on: "SessionManager",
    parameters: { locale: "string?" },
    returns: "UserSession",
    anonymous: true,
  },
  CloneSession: {
    on: "SessionManager",
    parameters: { cloneTicket: "string" },
    returns: "UserSession",
    anonymous: true,
  },
  AcquireCloneTicket: { on: "SessionManager", parameters: {}, returns: "string" },
  SessionIsActive: {
    on: "SessionManager",
    parameters: { sessionID: "string", userName: "string" },
    returns: "boolean",
    privilege: "Sessions.ValidateSession",
  },
  TerminateSession: {
    on: "SessionManager",
    parameters: { sessionId: "string+" },
    returns: "void",
    privilege: "Sessions.TerminateSession",
  },
  Logout: { on: "SessionManager", parameters: {}, returns: "void" },

  RetrieveProperties: {
    on: "PropertyCollector",
    parameters: { specSet: "PropertyFilterSpec+" },
    returns: "ObjectContent*",
    anonymous: true,
  },
  RetrievePropertiesEx: {
    on: "PropertyCollector",
    parameters: { specSet: "PropertyFilterSpec+", options: "RetrieveOptions" },
    returns: "RetrieveResult?",
    anonymous: true,
  },
  ContinueRetrievePropertiesEx: {
    on: "PropertyCollector",
    parameters: { token: "string" },
    returns: "RetrieveResult",
  },
  CancelRetrievePropertiesEx: { on: "PropertyCollector", parameters: { token: "string" }, returns: "void" },
  CreatePropertyCollector: { on: "PropertyCollector", parameters: {}, returns: "@PropertyCollector" },
  DestroyPropertyCollector: { on: "PropertyCollector", parameters: {}, returns: "void" },
  CreateFilter: {
    on: "PropertyCollector",
    parameters: { spec: "PropertyFilterSpec", partialUpdates: "boolean" },
    returns: "@PropertyFilter",
  },
  CheckForUpdates: { on: "PropertyCollector", parameters: { version: "string?" }, returns: "UpdateSet?" },
  WaitForUpdates: { on: "PropertyCollector", parameters: { version: "string?" }, returns: "UpdateSet" },
  WaitForUpdatesEx: {
    on: "PropertyCollector",
    parameters: { version: "string?", options: "WaitOptions?" },
    returns: "UpdateSet?",
  },
  CancelWaitForUpdates: { on: "PropertyCollector", parameters: {}, returns: "void" },
  DestroyPropertyFilter: { on: "PropertyFilter", parameters: {}, returns: "void" },

  CreateContainerView: {
    on: "ViewManager",
    parameters: { container: "@ManagedEntity", type: "string*", recursive: "boolean" },
    returns: "@ContainerView",
  },
  CreateListView: { on: "ViewManager", parameters: { obj: "@ManagedObject*" }, returns: "@ListView" },
  DestroyView: { on: "View", parameters: {}, returns: "void" },

  FindByInventoryPath: {
    on: "SearchIndex",
    parameters: { inventoryPath: "string" },
    returns: "@ManagedEntity?",
  },
  FindByUuid: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter?", uuid: "string", vmSearch: "boolean", instanceUuid: "boolean?" },
    returns: "@ManagedEntity?",
  },
  FindAllByUuid: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter?", uuid: "string", vmSearch: "boolean", instanceUuid: "boolean?" },
    returns: "@ManagedEntity*",
  },
  FindByIp: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter?", ip: "string", vmSearch: "boolean" },
    returns: "@ManagedEntity?",
  },
  FindAllByIp: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter?", ip: "string", vmSearch: "boolean" },
    returns: "@ManagedEntity*",
  },
  FindByDnsName: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter?", dnsName: "string", vmSearch: "boolean" },
    returns: "@ManagedEntity?",
  },
  FindAllByDnsName: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter?", dnsName: "string", vmSearch: "boolean" },
    returns: "@ManagedEntity*",
  },
  FindByDatastorePath: {
    on: "SearchIndex",
    parameters: { datacenter: "@Datacenter", path: "string" },
    returns: "@VirtualMachine?",
  },
  FindChild: {
    on: "SearchIndex",
    parameters: { entity: "@ManagedEntity", name: "string" },
    returns: "@ManagedEntity?",
  },

  HasPrivilegeOnEntities: {
    on: "AuthorizationManager",
    parameters: { entity: "@ManagedEntity+", sessionId: "string", privId: "string*" },
    returns: "EntityPrivilege*",
  },
  HasPrivilegeOnEntity: {
    on: "AuthorizationManager",
    parameters: { entity: "@ManagedEntity", sessionId: "string", privId: "string*" },
    returns: "boolean*",
  },
  FetchUserPrivilegeOnEntities: {
    on: "AuthorizationManager",
    parameters: { entities: "@ManagedEntity+", userName: "string" },
    returns: "UserPrivilegeResult*",
  },

  CancelTask: { on: "Task", parameters: {}, returns: "void" },
  Rename_Task: {
    on: "ManagedEntity",
    parameters: { newName: "string" },
    returns: "@Task",
    privilege: "VirtualMachine.Config.Rename",
  },
  Destroy_Task: {
    on: "ManagedEntity",
    parameters: {},
    returns: "@Task",
    privilege: "VirtualMachine.Inventory.Delete",
  },
  RegisterVM_Task: {
    on: "Folder",
    parameters: {
      path: "string",
      name: "string?",
      asTemplate: "boolean",
      pool: "@ResourcePool?",
      host: "@HostSystem?",
    },
    returns: "@Task",
    privilege: "VirtualMachine.Inventory.Register",
  },
} as const satisfies Record<string, MethodDeclaration>;

/**
 * Every method of the simulated API. `Fetch` is not here: it is on all objects and answers any type
 * (docs/reference/protocol.md#properties).
 */
export const methods = { ...serviceMethods, ...virtualMachineMethods, ...guestMethods };
