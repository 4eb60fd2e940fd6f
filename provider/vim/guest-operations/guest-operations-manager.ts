import { reference } from "../xsd";

/** Properties of GuestOperationsManager: its managers (protocol.md B.1). */
export const guestOperationsManagerProperties = {
  authManager: reference,
  fileManager: reference,
  processManager: reference,
  guestWindowsRegistryManager: reference,
  aliasManager: reference,
};
