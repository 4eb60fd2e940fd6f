import { reference } from "../xsd";

/** Properties of GuestOperationsManager: its managers (docs/reference/protocol.md#service-content). */
export const guestOperationsManagerProperties = {
  authManager: reference,
  fileManager: reference,
  processManager: reference,
  guestWindowsRegistryManager: reference,
  aliasManager: reference,
};
