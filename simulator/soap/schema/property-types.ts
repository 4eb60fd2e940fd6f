import type { DataTypeDeclaration } from "./notation";

/** Data objects of the PropertyCollector: docs/reference/protocol.md#properties. */
export const propertyTypes = {
  SelectionSpec: { fields: { name: "string?" } },
  TraversalSpec: {
    base: "SelectionSpec",
    fields: { type: "string", path: "string", skip: "boolean?", selectSet: "SelectionSpec*" },
  },
  PropertySpec: { fields: { type: "string", all: "boolean?", pathSet: "string*" } },
  ObjectSpec: { fields: { obj: "@ManagedObject", skip: "boolean?", selectSet: "SelectionSpec*" } },
  PropertyFilterSpec: {
    fields: { propSet: "PropertySpec+", objectSet: "ObjectSpec+", reportMissingObjectsInResults: "boolean?" },
  },
  RetrieveOptions: { fields: { maxObjects: "int?" } },
  DynamicProperty: { fields: { name: "string", val: "anyType" } },
  MissingProperty: { fields: { path: "string", fault: "LocalizedMethodFault" } },
  ObjectContent: { fields: { obj: "@ManagedObject", propSet: "DynamicProperty*", missingSet: "MissingProperty*" } },
  RetrieveResult: { fields: { token: "string?", objects: "ObjectContent*" } },
  WaitOptions: { fields: { maxWaitSeconds: "int?", maxObjectUpdates: "int?" } },
  PropertyChange: { fields: { name: "string", op: "PropertyChangeOp", val: "anyType?" } },
  ObjectUpdate: {
    fields: {
      kind: "ObjectUpdateKind",
      obj: "@ManagedObject",
      changeSet: "PropertyChange*",
      missingSet: "MissingProperty*",
    },
  },
  MissingObject: { fields: { obj: "@ManagedObject", fault: "LocalizedMethodFault" } },
  PropertyFilterUpdate: {
    fields: { filter: "@PropertyFilter", objectSet: "ObjectUpdate*", missingSet: "MissingObject*" },
  },
  UpdateSet: { fields: { version: "string", filterSet: "PropertyFilterUpdate*", truncated: "boolean?" } },
} as const satisfies Record<string, DataTypeDeclaration>;
