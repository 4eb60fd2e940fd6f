import { enumTypes } from "./enum-types";
import { faultTypes } from "./fault-types";
import { guestTypes } from "./guest-types";
import { inventoryTypes } from "./inventory-types";
import { managedTypes } from "./managed-types";
import { methods } from "./methods";
import {
  parseFieldType,
  type DataTypeDeclaration,
  type FieldTable,
  type FieldType,
  type ManagedTypeDeclaration,
  type MethodDeclaration,
} from "./notation";
import { propertyTypes } from "./property-types";
import { serviceTypes } from "./service-types";

/** The type tables compiled for look-ups at run time. */

const scalars = new Set([
  "string",
  "boolean",
  "byte",
  "short",
  "int",
  "long",
  "qword",
  "float",
  "double",
  "dateTime",
  "base64Binary",
  "anyType",
]);

const dataDeclarations = new Map<string, DataTypeDeclaration>(
  Object.entries({ ...faultTypes, ...guestTypes, ...serviceTypes, ...propertyTypes, ...inventoryTypes }),
);
const managedDeclarations = new Map<string, ManagedTypeDeclaration>(Object.entries(managedTypes));
const enumDeclarations = new Map<string, readonly string[]>(Object.entries(enumTypes));

export interface Field {
  readonly name: string;
  readonly type: FieldType;
}

export interface DataType {
  readonly name: string;
  readonly abstract: boolean;
  /** Own name and those of all bases. */
  readonly lineage: ReadonlySet<string>;
  /** Fields of the bases first, in wire order. */
  readonly fields: readonly Field[];
  readonly fieldByName: ReadonlyMap<string, Field>;
}

export interface Method {
  readonly name: string;
  readonly on: string;
  readonly parameters: readonly Field[];
  /** undefined: void. */
  readonly returns: FieldType | undefined;
  readonly privilege: string | undefined;
  readonly anonymous: boolean;
}

/** Kind of a type's name, undefined when no table has it. */
function kindOf(name: string): FieldType["kind"] | undefined {
  if (scalars.has(name)) return "scalar";
  if (enumDeclarations.has(name)) return "enum";
  return dataDeclarations.has(name) ? "data" : undefined;
}

function compileFields(table: FieldTable): Field[] {
  return Object.entries(table).map(([name, text]) => ({ name, type: parseFieldType(text, kindOf) }));
}

function lineageOf(name: string, declarations: ReadonlyMap<string, { readonly base?: string }>): string[] {
  const base = declarations.get(name)?.base;
  return base === undefined ? [name] : [...lineageOf(base, declarations), name];
}

function compileDataType(name: string, declaration: DataTypeDeclaration): DataType {
  const lineage = lineageOf(name, dataDeclarations);
  const fields = lineage.flatMap((ancestor) => compileFields(dataDeclarations.get(ancestor)?.fields ?? {}));
  return {
    name,
    abstract: declaration.abstract ?? false,
    lineage: new Set(lineage),
    fields,
    fieldByName: new Map(fields.map((field) => [field.name, field])),
  };
}

function compileMethod(name: string, declaration: MethodDeclaration): Method {
  return {
    name,
    on: declaration.on,
    parameters: compileFields(declaration.parameters),
    returns: declaration.returns === "void" ? undefined : parseFieldType(declaration.returns, kindOf),
    privilege: declaration.privilege,
    anonymous: declaration.anonymous ?? false,
  };
}

const dataTypes = new Map([...dataDeclarations].map(([name, d]) => [name, compileDataType(name, d)]));
const methodTable = new Map(
  Object.entries<MethodDeclaration>(methods).map(([name, d]) => [name, compileMethod(name, d)]),
);
const managedLineage = new Map(
  [...managedDeclarations.keys()].map((name) => [name, lineageOf(name, managedDeclarations)]),
);
const managedProperties = new Map(
  [...managedLineage].map(([name, lineage]) => [
    name,
    new Map(
      lineage.flatMap((ancestor) =>
        compileFields(managedDeclarations.get(ancestor)?.properties ?? {}).map((f) => [f.name, f.type] as const),
      ),
    ),
  ]),
);

export const dataType = (name: string): DataType | undefined => dataTypes.get(name);
export const enumValues = (name: string): readonly string[] | undefined => enumDeclarations.get(name);
export const methodNamed = (name: string): Method | undefined => methodTable.get(name);
export const methodNames = (): readonly string[] => [...methodTable.keys()];
export const isManagedType = (name: string): boolean => managedLineage.has(name);

/** True when `type` is `ancestor` or below it. */
export function isManaged(type: string, ancestor: string): boolean {
  return managedLineage.get(type)?.includes(ancestor) ?? false;
}

/** Declared properties of a managed type, inherited ones first. */
export function propertiesOf(type: string): ReadonlyMap<string, FieldType> {
  return managedProperties.get(type) ?? new Map<string, FieldType>();
}

/** A field type by its text, for the few places that need one of their own. */
export const fieldType = (text: string): FieldType => parseFieldType(text, kindOf);
