import { comment } from "./doc-comment";
import { describe } from "./package-schema";
import type { Property, PropertyType } from "./property-type";

type ObjectType = PropertyType & { readonly kind: "object" };

/** Writes property types as TypeScript, and collects the interfaces of the nested objects met on the way. */
export class TypescriptTypes {
  readonly #interfaces = new Map<string, string>();

  /** The type of a value that a program gives: an Input, at every depth. */
  input(type: PropertyType): string {
    return `pulumi.Input<${this.#plainInput(type, "types.")}>`;
  }

  /** The type inside an Output. */
  output(type: PropertyType): string {
    return this.#output(type, "types.");
  }

  /** Text of the module of nested types. */
  declarations(): string {
    const interfaces = [...this.#interfaces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
    return `\nimport type * as pulumi from "@pulumi/pulumi";\n\n${interfaces.join("\n\n")}\n`;
  }

  #plainInput(type: PropertyType, scope: string): string {
    switch (type.kind) {
      case "list":
        return `pulumi.Input<${this.#plainInput(type.items, scope)}>[]`;
      case "map":
        return `Record<string, pulumi.Input<${this.#plainInput(type.values, scope)}>>`;
      case "union":
        return type.options.map((option) => this.#plainInput(option, scope)).join(" | ");
      case "object":
        return this.#reference(
          type,
          `${type.name}Args`,
          scope,
          (property) => `pulumi.Input<${this.#plainInput(property.type, "")}>`,
        );
      default:
        return simple(type);
    }
  }

  #output(type: PropertyType, scope: string): string {
    switch (type.kind) {
      case "list":
        return `(${this.#output(type.items, scope)})[]`;
      case "map":
        return `Record<string, ${this.#output(type.values, scope)}>`;
      case "union":
        return type.options.map((option) => this.#output(option, scope)).join(" | ");
      case "object":
        return this.#reference(type, type.name, scope, (property) => this.#output(property.type, ""));
      default:
        return simple(type);
    }
  }

  #reference(type: ObjectType, name: string, scope: string, typeOf: (property: Property) => string): string {
    const members = type.properties.map((property) => {
      const optional = property.optional ? "?" : "";
      const undefinedToo = property.optional ? " | undefined" : "";
      return `${comment(describe(property.meta))}\n  readonly ${property.name}${optional}: ${typeOf(property)}${undefinedToo};`;
    });
    this.#interfaces.set(name, `${comment(type.description)}\nexport interface ${name} {\n${members.join("\n")}\n}`);
    return scope + name;
  }
}

function simple(type: Exclude<PropertyType, { kind: "list" | "map" | "union" | "object" }>): string {
  switch (type.kind) {
    case "enum":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "integer":
      return "number";
    case "any":
      return "unknown";
    case "asset":
      return "pulumi.asset.Asset";
    case "archive":
      return "pulumi.asset.Archive";
    default:
      return type.kind;
  }
}
