import { go } from "./go";
import type { Language } from "./language";
import { python } from "./python";
import { typescript } from "./typescript";
import { yaml } from "./yaml";

/** The languages in which a program can be written, by name. */
export const languages: ReadonlyMap<string, Language> = new Map(
  [typescript, python, go, yaml].map((one) => [one.name, one]),
);
