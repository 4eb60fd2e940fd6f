import type { enumTypes } from "./enum-types";
import type { faultTypes } from "./fault-types";
import type { guestTypes } from "./guest-types";
import type { inventoryTypes } from "./inventory-types";
import type { managedTypes } from "./managed-types";
import type { methods } from "./methods";
import type { DataObject, ManagedObjectReference, Scalars } from "./notation";
import type { propertyTypes } from "./property-types";
import type { serviceTypes } from "./service-types";

/** TypeScript types read off the type tables, so that handlers are checked against what the wire carries. */

type DataTypes = typeof guestTypes & typeof serviceTypes & typeof propertyTypes & typeof inventoryTypes;
type EnumTypes = typeof enumTypes;
type ManagedTypes = typeof managedTypes;
type Methods = typeof methods;

export type DataTypeName = keyof DataTypes;
export type FaultName = keyof typeof faultTypes;
export type ManagedTypeName = keyof ManagedTypes;
export type MethodName = keyof Methods;

/** A data type, unless abstract, and those directly below it: the tables have no deeper ones outside faults. */
type Concrete<N extends DataTypeName> =
  | (DataTypes[N] extends { abstract: true } ? never : N)
  | { [K in DataTypeName]: DataTypes[K] extends { base: N } ? K : never }[DataTypeName];

type FieldsOf<N extends DataTypeName> = (DataTypes[N] extends { base: infer B extends DataTypeName }
  ? FieldsOf<B>
  : unknown) &
  DataTypes[N]["fields"];

/** The type's name is needed where the declared type has subtypes. */
type Tag<N extends DataTypeName, Declared extends DataTypeName> =
  Concrete<Declared> extends Declared ? { readonly $type?: N } : { readonly $type: N };

type Member<N extends DataTypeName, Declared extends DataTypeName> = N extends DataTypeName
  ? Tag<N, Declared> & Fields<FieldsOf<N>>
  : never;

/** A data object as decoded from, or to be encoded to, an element declared as `N`. */
export type Data<N extends DataTypeName> = Member<Concrete<N>, N>;

type Single<T extends string> = T extends keyof Scalars
  ? Scalars[T]
  : T extends keyof EnumTypes
    ? EnumTypes[T][number]
    : T extends DataTypeName
      ? Data<T>
      : T extends `@${string}`
        ? ManagedObjectReference
        : DataObject;

/** Value of one field type text, without "may be absent". */
type Value<T extends string> = T extends `${infer One}?`
  ? Single<One>
  : T extends `${infer One}*` | `${infer One}+`
    ? readonly Single<One>[]
    : Single<T>;

type OptionalKeys<F> = { [K in keyof F]: F[K] extends `${string}?` | `${string}*` ? K : never }[keyof F];

/** An object with the fields of a table; absent elements are undefined. */
export type Fields<F> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: F[K] extends string ? Value<F[K]> : never;
} & {
  readonly [K in OptionalKeys<F>]?: F[K] extends string ? Value<F[K]> | undefined : never;
};

export type ParametersOf<M extends MethodName> = Fields<Methods[M]["parameters"]>;

export type ResultOf<M extends MethodName> = Methods[M]["returns"] extends "void"
  ? void
  : Methods[M]["returns"] extends `${string}?`
    ? Value<Methods[M]["returns"]> | undefined
    : Value<Methods[M]["returns"]>;

/** Methods declared on this managed type (not those of its bases). */
export type MethodsOn<T extends ManagedTypeName> = {
  [M in MethodName]: Methods[M]["on"] extends T ? M : never;
}[MethodName];

type PropertiesOn<T extends ManagedTypeName> = (ManagedTypes[T] extends { base: infer B extends ManagedTypeName }
  ? PropertiesOn<B>
  : unknown) &
  ManagedTypes[T]["properties"];

/** Readers of a managed object's properties, own and inherited; a property without a reader is unset. */
export type PropertyReaders<T extends ManagedTypeName, Context> = {
  readonly [K in keyof PropertiesOn<T>]?: (
    context: Context,
  ) => PropertiesOn<T>[K] extends string ? Value<PropertiesOn<T>[K]> | undefined : never;
};
