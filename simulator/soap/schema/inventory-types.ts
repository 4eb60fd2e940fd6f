import type { DataTypeDeclaration } from "./notation";

/** Data objects of virtual machines and hosts: the part of vim25 that guest operations' clients look at (protocol.md B.3 to B.5). */
export const inventoryTypes = {
  VirtualMachineFileInfo: {
    fields: {
      vmPathName: "string?",
      snapshotDirectory: "string?",
      suspendDirectory: "string?",
      logDirectory: "string?",
    },
  },
  VirtualDevice: { fields: { key: "int", controllerKey: "int?", unitNumber: "int?" } },
  VirtualHardware: {
    fields: { numCPU: "int", numCoresPerSocket: "int?", memoryMB: "int", device: "VirtualDevice*" },
  },
  ToolsConfigInfo: { fields: { toolsVersion: "int?", toolsInstallType: "string?" } },
  VirtualMachineConfigInfo: {
    fields: {
      changeVersion: "string",
      modified: "dateTime",
      name: "string",
      guestFullName: "string",
      version: "string",
      uuid: "string",
      createDate: "dateTime?",
      instanceUuid: "string?",
      locationId: "string?",
      template: "boolean",
      guestId: "string",
      alternateGuestName: "string",
      annotation: "string?",
      files: "VirtualMachineFileInfo",
      tools: "ToolsConfigInfo?",
      hardware: "VirtualHardware",
      extraConfig: "OptionValue*",
    },
  },
  VirtualMachineConfigSpec: {
    fields: {
      changeVersion: "string?",
      name: "string?",
      version: "string?",
      uuid: "string?",
      instanceUuid: "string?",
      guestId: "string?",
      annotation: "string?",
      numCPUs: "int?",
      memoryMB: "long?",
      extraConfig: "OptionValue*",
    },
  },
  VirtualMachineRelocateSpec: {
    fields: {
      folder: "@Folder?",
      datastore: "@Datastore?",
      diskMoveType: "string?",
      pool: "@ResourcePool?",
      host: "@HostSystem?",
    },
  },
  VirtualMachineRuntimeInfo: {
    fields: {
      host: "@HostSystem?",
      connectionState: "VirtualMachineConnectionState",
      powerState: "VirtualMachinePowerState",
      faultToleranceState: "string?",
      toolsInstallerMounted: "boolean",
      suspendTime: "dateTime?",
      bootTime: "dateTime?",
      numMksConnections: "int",
    },
  },
  GuestNicInfo: {
    fields: {
      network: "string?",
      ipAddress: "string*",
      macAddress: "string?",
      connected: "boolean",
      deviceConfigId: "int",
    },
  },
  GuestInfo: {
    fields: {
      toolsStatus: "VirtualMachineToolsStatus?",
      toolsVersionStatus: "string?",
      toolsVersionStatus2: "string?",
      toolsRunningStatus: "string?",
      toolsVersion: "string?",
      toolsInstallType: "string?",
      guestId: "string?",
      guestFamily: "string?",
      guestFullName: "string?",
      hostName: "string?",
      ipAddress: "string?",
      net: "GuestNicInfo*",
      guestState: "string",
      guestOperationsReady: "boolean?",
      interactiveGuestOperationsReady: "boolean?",
      guestStateChangeSupported: "boolean?",
    },
  },
  VirtualMachineGuestSummary: {
    fields: {
      guestId: "string?",
      guestFullName: "string?",
      toolsStatus: "VirtualMachineToolsStatus?",
      toolsVersionStatus: "string?",
      toolsVersionStatus2: "string?",
      toolsRunningStatus: "string?",
      hostName: "string?",
      ipAddress: "string?",
    },
  },
  VirtualMachineConfigSummary: {
    fields: {
      name: "string",
      template: "boolean",
      vmPathName: "string",
      memorySizeMB: "int?",
      numCpu: "int?",
      uuid: "string?",
      instanceUuid: "string?",
      guestId: "string?",
      guestFullName: "string?",
      annotation: "string?",
    },
  },
  VirtualMachineQuickStats: { fields: { guestHeartbeatStatus: "ManagedEntityStatus" } },
  VirtualMachineSummary: {
    fields: {
      vm: "@VirtualMachine?",
      runtime: "VirtualMachineRuntimeInfo",
      guest: "VirtualMachineGuestSummary?",
      config: "VirtualMachineConfigSummary",
      quickStats: "VirtualMachineQuickStats",
      overallStatus: "ManagedEntityStatus",
    },
  },

  HostRuntimeInfo: {
    fields: {
      connectionState: "HostSystemConnectionState",
      powerState: "HostSystemPowerState",
      inMaintenanceMode: "boolean",
      bootTime: "dateTime?",
    },
  },
  HostConfigSummary: { fields: { name: "string", port: "int", sslThumbprint: "string?", vmotionEnabled: "boolean" } },
  HostListSummary: {
    fields: {
      host: "@HostSystem?",
      runtime: "HostRuntimeInfo?",
      overallStatus: "ManagedEntityStatus",
      rebootRequired: "boolean",
      config: "HostConfigSummary",
      managementServerIp: "string?",
    },
  },
  HostIpConfig: { fields: { dhcp: "boolean", ipAddress: "string?", subnetMask: "string?" } },
  HostVirtualNicSpec: { fields: { ip: "HostIpConfig?", mac: "string?", portgroup: "string?" } },
  HostVirtualNic: { fields: { device: "string", key: "string", portgroup: "string", spec: "HostVirtualNicSpec" } },
  VirtualNicManagerNetConfig: {
    fields: {
      nicType: "string",
      multiSelectAllowed: "boolean",
      candidateVnic: "HostVirtualNic*",
      selectedVnic: "string*",
    },
  },
  HostVirtualNicManagerInfo: { fields: { netConfig: "VirtualNicManagerNetConfig*" } },
  HostConfigInfo: {
    fields: {
      host: "@HostSystem",
      product: "AboutInfo",
      virtualNicManagerInfo: "HostVirtualNicManagerInfo?",
      certificate: "byte*",
    },
  },

  DatastoreSummary: {
    fields: {
      datastore: "@Datastore?",
      name: "string",
      url: "string",
      capacity: "long",
      freeSpace: "long",
      accessible: "boolean",
      multipleHostAccess: "boolean?",
      type: "string",
      maintenanceMode: "string?",
    },
  },
} as const satisfies Record<string, DataTypeDeclaration>;
