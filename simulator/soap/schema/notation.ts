/**
 * The notation in which the API's types are declared once, for decoding, validation, encoding and TypeScript alike.
 *
 * A field is written `name: "type"` with an optional mark: `?` may be absent, `*` repeated 0..n, `+` repeated 1..n.
 * A type is a scalar, the name of an enum or data type, or `@Managed` for a reference to a managed object.
 * Order of fields is the order on the wire (xsd:sequence).
 */
export type FieldTable = Readonly<Record<string, string>>;

export interface DataTypeDeclaration {
  readonly base?: string;
  /** Never sent as itself: the element needs an xsi:type of a subtype. */
  readonly abstract?: true;
  readonly fields: FieldTable;
}

export interface MethodDeclaration {
  /** The managed type that has the method; its subtypes inherit it. */
  readonly on: string;
  readonly parameters: FieldTable;
  /** "void" or a field type. */
  readonly returns: string;
  /**
   * Privilege needed on the `vm` parameter if there is one, else on the object called
   * (docs/reference/protocol.md#privileges).
   */
  readonly privilege?: string;
  /** May be called before login. */
  readonly anonymous?: true;
}

export interface ManagedTypeDeclaration {
  readonly base?: string;
  readonly properties: FieldTable;
}

/** A reference to a managed object: its type's name and its id. */
export interface ManagedObjectReference {
  readonly type: string;
  readonly value: string;
}

/** Any decoded or to be encoded data object; `$type` names its type where that is not the declared one. */
export interface DataObject {
  readonly $type?: string;
  readonly [field: string]: unknown;
}

/** TypeScript types of the scalars. `long` is a number: values beyond 2^53 travel as `qword`. */
export interface Scalars {
  string: string;
  boolean: boolean;
  byte: number;
  short: number;
  int: number;
  long: number;
  /** xsd:long read and written without loss. */
  qword: bigint;
  float: number;
  double: number;
  dateTime: Date;
  base64Binary: Buffer;
  /** Written with its xsi:type (see Typed); read as text. */
  anyType: unknown;
}

export interface FieldType {
  readonly kind: "scalar" | "enum" | "data" | "reference";
  /** Scalar name, enum or data type, or managed type without the `@`. */
  readonly name: string;
  readonly array: boolean;
  readonly required: boolean;
}

/** Splits the text of one field type. */
export function parseFieldType(text: string, kindOf: (name: string) => FieldType["kind"] | undefined): FieldType {
  const mark = /[?*+]$/.exec(text)?.[0];
  const bare = mark === undefined ? text : text.slice(0, -1);
  const reference = bare.startsWith("@");
  const name = reference ? bare.slice(1) : bare;
  const kind = reference ? "reference" : kindOf(name);
  if (kind === undefined) throw new Error(`type table names an unknown type "${text}"`);
  return { kind, name, array: mark === "*" || mark === "+", required: mark === undefined || mark === "+" };
}
