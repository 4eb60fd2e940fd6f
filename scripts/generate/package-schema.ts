import type { AnyFunction } from "../../provider/functions";
import type { AnyKind } from "../../provider/resources/resource-kind";
import { dynamicTypeOf, packageName, tokenOf } from "../../provider/vocabulary/tokens";
import { withCall, withProgram } from "./examples";
import type { PropertyMeta, Schema } from "../../provider/vocabulary/property-meta";
import { describeProperties, type Property, type PropertyType } from "./property-type";
import { given } from "../../provider/values/given";

/** A JSON object of Pulumi's package schema (metaschema: pkg/codegen/schema/pulumi.json). */
type Json = Readonly<Record<string, unknown>>;

/** What package.json says of the package. */
export interface PackageDescription {
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly author: string;
  readonly homepage?: string | undefined;
  readonly repository?: string | undefined;
}

/** Where Go programs import the SDK from: sdk/go/vsphereguest in the project's repository. */
const goImportPath = "github.com/pulumi-vsphere-guest/pulumi-vsphere-guest/sdk/go/vsphereguest";

/** Where the CLI finds release archives: GitHub releases of the project. */
const pluginDownloadURL = "github://api.github.com/pulumi-vsphere-guest";

/** The Pulumi package schema of the kinds, the functions and of the provider's configuration: schema.json, as an object. */
export function packageSchema(
  kinds: readonly AnyKind[],
  functions: readonly AnyFunction[],
  config: Schema,
  about: PackageDescription,
): Json {
  const types = new Map<string, Json>();
  const variables = describeProperties(config, "Provider");
  return {
    name: packageName,
    displayName: "vSphere Guest",
    version: about.version,
    description: about.description,
    keywords: about.keywords,
    homepage: about.homepage,
    license: about.license,
    repository: about.repository,
    publisher: about.author,
    pluginDownloadURL,
    attribution: "VMware, vSphere and VMware Tools are trademarks of Broadcom. This package is not affiliated with it.",
    config: { variables: withEnvironmentDefaults(properties(variables, types), variables) },
    provider: {
      description:
        "The connection to one vCenter (or ESXi host), and the login in its guests for resources that give none.",
      inputProperties: properties(variables, types),
    },
    resources: Object.fromEntries(kinds.map((kind) => [tokenOf(kind.token), resource(kind, types)])),
    functions: Object.fromEntries(functions.map((one) => [tokenOf(one.token), fn(one, types)])),
    types: Object.fromEntries([...types].sort(([a], [b]) => (a < b ? -1 : 1))),
    language: {
      nodejs: { packageName: "pulumi-vsphere-guest", respectSchemaVersion: true },
      python: { packageName: "pulumi_vsphere_guest", respectSchemaVersion: true, pyproject: { enabled: true } },
      go: {
        importBasePath: goImportPath,
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
      },
      csharp: { rootNamespace: "Pulumi", namespaces: { [packageName]: "VsphereGuest" }, respectSchemaVersion: true },
      java: { basePackage: "com.pulumi" },
    },
  };
}

function resource(kind: AnyKind, types: Map<string, Json>): Json {
  const inputs = describeProperties(kind.inputs, kind.token);
  const outputs = describeProperties(kind.state, kind.token);
  return {
    description: withProgram(kind.description, kind.example),
    inputProperties: properties(inputs, types),
    requiredInputs: required(inputs),
    properties: properties(outputs, types),
    required: required(outputs),
    aliases: [{ type: dynamicTypeOf(kind.token) }],
  };
}

function fn({ token, description, example, inputs, outputs }: AnyFunction, types: Map<string, Json>): Json {
  const named = pascalCase(token);
  const given = describeProperties(inputs, named).map(({ meta, ...one }) => ({
    ...one,
    meta: { ...meta, replaces: false },
  }));
  const told = describeProperties(outputs, `${named}Result`);
  return {
    description: withCall(description, token, example),
    inputs: { type: "object", properties: properties(given, types), ...requiredList(given) },
    outputs: { type: "object", properties: properties(told, types), ...requiredList(told) },
  };
}

function requiredList(list: readonly Property[]): Json {
  const names = required(list);
  return names.length === 0 ? {} : { required: names };
}

/** `getFile` -> `GetFile`. */
export function pascalCase(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function properties(list: readonly Property[], types: Map<string, Json>): Json {
  return Object.fromEntries(list.map((one) => [one.name, property(one, types)]));
}

/**
 * For stack configuration only. On the provider's inputs it would make the SDKs copy values from the environment into
 * state, from where a later destroy would take outdated credentials.
 */
function withEnvironmentDefaults(specs: Json, list: readonly Property[]): Json {
  return Object.fromEntries(
    list.map(({ name, meta }) => [
      name,
      meta.environment === undefined
        ? specs[name]
        : { ...(specs[name] as Json), defaultInfo: { environment: meta.environment } },
    ]),
  );
}

function required(list: readonly Property[]): string[] {
  return list.filter((one) => !one.optional).map((one) => one.name);
}

function property({ type, meta }: Property, types: Map<string, Json>): Json {
  return {
    ...typeSpec(type, types),
    description: describe(meta),
    ...(meta.secret === true ? { secret: true } : {}),
    ...(meta.replaces === true ? { willReplaceOnChanges: true } : {}),
    ...given({ deprecationMessage: meta.deprecationMessage }),
  };
}

/** The text for a property: what it is, where it comes from, examples. */
export function describe({ description, environment, examples }: PropertyMeta): string | undefined {
  const isPlain = (value: unknown): value is string => typeof value === "string" && !value.includes("\n");
  const code = (value: unknown) => `\`${isPlain(value) ? value : JSON.stringify(value)}\``;
  const parts = [
    description,
    environment === undefined ? undefined : `Environment: ${environment.map(code).join(", ")}.`,
    examples === undefined || examples.length === 0 ? undefined : `Example: ${examples.map(code).join(", ")}.`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" ");
}

function typeSpec(type: PropertyType, types: Map<string, Json>): Json {
  switch (type.kind) {
    case "string":
    case "number":
    case "integer":
    case "boolean":
      return { type: type.kind };
    case "any":
      return { $ref: "pulumi.json#/Any" };
    case "asset":
      return { $ref: "pulumi.json#/Asset" };
    case "archive":
      return { $ref: "pulumi.json#/Archive" };
    case "list":
      return { type: "array", items: typeSpec(type.items, types) };
    case "map":
      return { type: "object", additionalProperties: typeSpec(type.values, types) };
    case "union":
      return { oneOf: type.options.map((option) => typeSpec(option, types)) };
    case "enum":
      return reference(types, type.name, () => ({ type: "string", enum: type.values.map((value) => ({ value })) }));
    case "object":
      return reference(types, type.name, () => ({
        type: "object",
        ...(type.description === "" ? {} : { description: type.description }),
        properties: properties(type.properties, types),
        ...(required(type.properties).length === 0 ? {} : { required: required(type.properties) }),
      }));
  }
}

function reference(types: Map<string, Json>, name: string, make: () => Json): Json {
  const token = tokenOf(name);
  const made = make();
  const known = types.get(token);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(made)) {
    throw new Error(`two different nested types are named ${name}; give one of them a typeName`);
  }
  types.set(token, made);
  return { $ref: `#/types/${token}` };
}

/** The schema's text as it is committed and served. */
export function formatSchema(schema: Json): string {
  return JSON.stringify(schema, undefined, 2) + "\n";
}
