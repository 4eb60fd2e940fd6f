import { hasCode } from "../../errors/guest-error";
import type { Operation } from "../../operation/operation";
import type { GuestCalls } from "../calls/guest-calls";
import { removeInGuest } from "../calls/repeat-call";
import { answerWasLost } from "../calls/request-outcome";
import type { GuestRegistry, RegistryKeyName, RegistryValue } from "../guest";
import { keyNameSpec } from "../paths/registry-path";

/** The registry of a Windows guest (docs/reference/guest-operations.md#registry). */
export class Registry implements GuestRegistry {
  readonly #calls: GuestCalls;

  constructor(calls: GuestCalls) {
    this.#calls = calls;
  }

  values(key: RegistryKeyName, op: Operation): Promise<RegistryValue[] | undefined> {
    return whereItIs(async () => {
      const values = await this.#calls.registry.listRegistryValuesInGuest(
        keyNameSpec(key),
        { expandStrings: false },
        op,
      );
      return values.map(({ name, data }) => ({ name, data }));
    });
  }

  subkeys(key: RegistryKeyName, op: Operation): Promise<string[] | undefined> {
    return whereItIs(async () => {
      const keys = await this.#calls.registry.listRegistryKeysInGuest(keyNameSpec(key), { recursive: false }, op);
      return keys.map((one) => one.key.keyName.registryPath.replace(/^.*\\/, ""));
    });
  }

  async create(key: RegistryKeyName, op: Operation): Promise<void> {
    const create = () => this.#calls.registry.createRegistryKeyInGuest(keyNameSpec(key), { isVolatile: false }, op);
    try {
      await create();
    } catch (error) {
      if (!answerWasLost(error)) throw error;
      // It is ours if it is there now: it was not before.
      if ((await this.values(key, op)) === undefined) await create();
    }
  }

  set(key: RegistryKeyName, { name, data }: RegistryValue, op: Operation): Promise<void> {
    return this.#calls.registry.setRegistryValueInGuest({ key: keyNameSpec(key), name, data }, op);
  }

  async deleteValue(key: RegistryKeyName, name: string, op: Operation): Promise<void> {
    const send = () => this.#calls.registry.deleteRegistryValueInGuest(keyNameSpec(key), name, op);
    await absentIsSuccess(removeInGuest(send, "PATH_NOT_FOUND"));
  }

  async deleteKey(key: RegistryKeyName, recursive: boolean, op: Operation): Promise<void> {
    const send = () => this.#calls.registry.deleteRegistryKeyInGuest(keyNameSpec(key), recursive, op);
    await absentIsSuccess(removeInGuest(send, "PATH_NOT_FOUND"));
  }
}

async function whereItIs<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!hasCode(error, "PATH_NOT_FOUND")) throw error;
    return undefined;
  }
}

async function absentIsSuccess(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!hasCode(error, "PATH_NOT_FOUND")) throw error;
  }
}
