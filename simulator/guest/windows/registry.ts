import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { z } from "zod";
import { VixError } from "../guest-agent";
import { compileNameFilter } from "../pattern/name-filter";
import { vixErrors } from "../vix";

const keyNameSchema = z.object({ registryPath: z.string(), wowBitness: z.string() });
const valueNameSchema = z.object({ keyName: keyNameSchema, name: z.string() });
const dataSchema = z.looseObject({ $type: z.string(), value: z.unknown() });
const parametersSchema = z.object({
  keyName: keyNameSchema.optional(),
  isVolatile: z.boolean().default(false),
  classType: z.string().default(""),
  recursive: z.boolean().default(false),
  expandStrings: z.boolean().default(false),
  matchPattern: z.string().optional(),
  value: z.object({ name: valueNameSchema, data: dataSchema }).optional(),
  valueName: valueNameSchema.optional(),
});

type KeyName = z.output<typeof keyNameSchema>;
type Data = z.output<typeof dataSchema>;

interface Key {
  readonly name: string;
  readonly classType: string;
  readonly isVolatile: boolean;
  readonly keys: Map<string, Key>;
  readonly values: Map<string, { readonly name: string; readonly data: Data }>;
  lastWritten: Date;
}

const roots = ["HKEY_CLASSES_ROOT", "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE", "HKEY_USERS", "HKEY_CURRENT_CONFIG"];

/**
 * The registry of a Windows guest: GuestWindowsRegistryManager (docs/reference/guest-operations.md#registry). Kept in a
 * file of the guest's, as Windows keeps its hives, so that it is there after a boot.
 */
export class Registry {
  readonly #top: Key;
  readonly #file: string;
  readonly #now: () => number;
  readonly #environment: readonly string[];

  constructor(root: string, now: () => number, environment: readonly string[]) {
    this.#now = now;
    this.#environment = environment;
    this.#file = join(root, "Windows", "System32", "config", "simulated-registry");
    if (existsSync(this.#file)) {
      this.#top = withoutVolatile(deserialize(readFileSync(this.#file)) as Key);
      return;
    }
    this.#top = this.#newKey("", "", false);
    for (const name of roots) this.#top.keys.set(name.toLowerCase(), this.#newKey(name, "", false));
    for (const path of ["SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "SOFTWARE\\WOW6432Node", "SYSTEM"]) {
      this.#create({ registryPath: `HKEY_LOCAL_MACHINE\\${path}`, wowBitness: "WOWNative" }, "", false);
    }
  }

  /** Runs one method; data objects come and go as the API has them. */
  run(method: string, input: unknown): unknown {
    try {
      return this.#run(method, input);
    } finally {
      if (!method.startsWith("List")) this.#save();
    }
  }

  #save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, serialize(this.#top));
  }

  #run(method: string, input: unknown): unknown {
    const parameters = parametersSchema.parse(input);
    const { keyName, value, valueName, recursive, matchPattern } = parameters;
    if (value !== undefined) return this.#setValue(value.name, value.data);
    if (valueName !== undefined) return this.#deleteValue(valueName);
    if (keyName === undefined) throw new VixError(vixErrors.INVALID_ARGUMENT);
    switch (method) {
      case "CreateRegistryKeyInGuest":
        return this.#createNew(keyName, parameters.classType, parameters.isVolatile);
      case "DeleteRegistryKeyInGuest":
        return this.#deleteKey(keyName, recursive);
      case "ListRegistryKeysInGuest":
        return this.#listKeys(keyName, recursive, matchPattern);
      case "ListRegistryValuesInGuest":
        return this.#listValues(keyName, parameters.expandStrings, matchPattern);
      default:
        throw new VixError(vixErrors.FAIL, `no such registry operation: ${method}`);
    }
  }

  #createNew(keyName: KeyName, classType: string, isVolatile: boolean): void {
    if (this.#find(keyName) !== undefined) throw new VixError(vixErrors.REGISTRY_KEY_ALREADY_EXISTS);
    this.#create(keyName, classType, isVolatile);
  }

  /** Missing keys on the way are made too. */
  #create(keyName: KeyName, classType: string, isVolatile: boolean): void {
    let key = this.#top;
    for (const name of pathOf(keyName)) {
      const existing = key.keys.get(name.toLowerCase());
      if (existing === undefined && key === this.#top) throw new VixError(vixErrors.REGISTRY_KEY_INVALID);
      if (existing === undefined && key.isVolatile && !isVolatile)
        throw new VixError(vixErrors.REGISTRY_PARENT_KEY_VOLATILE);
      const next = existing ?? this.#newKey(name, classType, isVolatile);
      key.keys.set(name.toLowerCase(), next);
      key = next;
    }
  }

  #deleteKey(keyName: KeyName, recursive: boolean): void {
    const key = this.#get(keyName);
    if (key.keys.size > 0 && !recursive) throw new VixError(vixErrors.REGISTRY_KEY_HAS_SUBKEYS);
    const path = pathOf(keyName);
    if (path.length < 2) throw new VixError(vixErrors.GUEST_USER_PERMISSIONS);
    this.#get({ ...keyName, registryPath: path.slice(0, -1).join("\\") }).keys.delete(
      path[path.length - 1]?.toLowerCase() ?? "",
    );
  }

  #listKeys(keyName: KeyName, recursive: boolean, matchPattern: string | undefined): unknown[] {
    const matches = compileNameFilter(matchPattern);
    const records = (path: string, key: Key): unknown[] =>
      [...key.keys.values()].flatMap((child) => {
        const childPath = `${path}\\${child.name}`;
        const name = { registryPath: childPath, wowBitness: keyName.wowBitness };
        const record = { key: { keyName: name, classType: child.classType, lastWritten: child.lastWritten } };
        return [...(matches([child.name]).length > 0 ? [record] : []), ...(recursive ? records(childPath, child) : [])];
      });
    return records(keyName.registryPath.replace(/\\+$/, ""), this.#get(keyName));
  }

  #setValue({ keyName, name }: z.output<typeof valueNameSchema>, data: Data): void {
    const key = this.#get(keyName);
    key.values.set(name.toLowerCase(), { name, data });
    key.lastWritten = new Date(this.#now());
  }

  #deleteValue({ keyName, name }: z.output<typeof valueNameSchema>): void {
    if (!this.#get(keyName).values.delete(name.toLowerCase())) throw new VixError(vixErrors.REGISTRY_VALUE_NOT_FOUND);
  }

  #listValues(keyName: KeyName, expandStrings: boolean, matchPattern: string | undefined): unknown[] {
    const matches = compileNameFilter(matchPattern);
    return [...this.#get(keyName).values.values()]
      .filter(({ name }) => matches([name]).length > 0)
      .map(({ name, data }) => ({ name: { keyName, name }, data: expandStrings ? this.#expanded(data) : data }));
  }

  #expanded(data: Data): Data {
    if (data.$type !== "GuestRegValueExpandStringSpec" || typeof data.value !== "string") return data;
    const value = data.value.replace(/%([^%]+)%/g, (text, name: string) => {
      const entry = this.#environment.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}=`));
      return entry === undefined ? text : entry.slice(name.length + 1);
    });
    return { ...data, value };
  }

  #get(keyName: KeyName): Key {
    const key = this.#find(keyName);
    if (key === undefined) throw new VixError(vixErrors.REGISTRY_KEY_INVALID);
    return key;
  }

  #find(keyName: KeyName): Key | undefined {
    let key: Key | undefined = this.#top;
    for (const name of pathOf(keyName)) key = key?.keys.get(name.toLowerCase());
    return key === this.#top ? undefined : key;
  }

  #newKey(name: string, classType: string, isVolatile: boolean): Key {
    return { name, classType, isVolatile, keys: new Map(), values: new Map(), lastWritten: new Date(this.#now()) };
  }
}

/** 32-bit programs see another HKEY_LOCAL_MACHINE\SOFTWARE. */
function pathOf({ registryPath, wowBitness }: KeyName): string[] {
  const names = registryPath.split("\\").filter((name) => name !== "");
  const isSoftware = /^HKEY_LOCAL_MACHINE$/i.test(names[0] ?? "") && /^SOFTWARE$/i.test(names[1] ?? "");
  const isRedirected = wowBitness === "WOW32" && isSoftware && !/^WOW6432Node$/i.test(names[2] ?? "");
  return isRedirected ? [...names.slice(0, 2), "WOW6432Node", ...names.slice(2)] : names;
}

/** What a boot leaves. */
function withoutVolatile(key: Key): Key {
  for (const [name, below] of key.keys) {
    if (below.isVolatile) key.keys.delete(name);
    else withoutVolatile(below);
  }
  return key;
}
